using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline;

/// <summary>Gets one image of <see cref="RecordReader.Read"/>.</summary>
/// <param name="index">Which image.</param>
/// <param name="record">The bytes of its record, valid during the call; empty where there is an error.</param>
/// <param name="error">Why it can't be read or decoded; null where it was.</param>
public delegate void RecordHandler(int index, ReadOnlySpan<byte> record, ImageFormatException? error);

/// <summary>
/// Reads images as a store would keep them - decoded, resized and rounded, to the byte - without a store. Two at a time, as
/// <see cref="PairDecoder"/> does.
/// </summary>
/// <remarks>Not thread-safe: one instance per thread. Memory is kept from image to image.</remarks>
public sealed class RecordReader : IDisposable
{
    private readonly Pairs _pairs;

    /// <summary>Creates a reader.</summary>
    /// <param name="layout">What decides a record's bytes.</param>
    /// <param name="options">Limits and choices; null for the defaults. The layout decides about drafts.</param>
    /// <exception cref="DataSetException">A layout that no store can have.</exception>
    public RecordReader(StoreLayout layout, DecoderOptions? options = null)
    {
        layout.Validate();
        _pairs = new(layout, (options ?? new()) with { Draft = layout.DraftSize });
    }

    /// <summary>Reads some images of a list.</summary>
    /// <param name="paths">Files.</param>
    /// <param name="first">The first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="handler">Gets each of them once, as they are done: of two neighbours the second may come first.</param>
    /// <exception cref="ArgumentOutOfRangeException">Images that are not in the list.</exception>
    public void Read(IReadOnlyList<string> paths, int first, int count, RecordHandler handler)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, paths.Count - first);
        _pairs.Run(paths, first, first + count, handler);
    }

    /// <summary>Gives native memory back; the reader can't be used afterwards.</summary>
    public void Dispose() => _pairs.Dispose();

    /// <summary>Each of the two that are under way has a file's bytes, a resize and a record of its own.</summary>
    private sealed unsafe class Pairs(StoreLayout layout, DecoderOptions options) : ImageRange(options)
    {
        private readonly DecoderOptions _options = options;
        private readonly PinnedBuffer[] _files = [new(), new()];
        private readonly int[] _fileBytes = new int[2];
        private readonly BilinearResize[] _resizes = [new(antialias: layout.Antialias), new(antialias: layout.Antialias)];
        private readonly PinnedBuffer[] _records = [new(), new()];
        private IReadOnlyList<string> _paths = [];
        private RecordHandler? _handler;

        public void Run(IReadOnlyList<string> paths, int first, int end, RecordHandler handler)
        {
            (_paths, _handler) = (paths, handler);
            try
            {
                Run(first, end);
            }
            finally
            {
                (_paths, _handler) = ([], null);
            }
        }

        protected override bool TryBegin(ImageDecoder decoder, int slot, int job)
        {
            ReadOnlySpan<byte> file = ImageReader.ReadFile(_paths[job], _files[slot], _options);
            _fileBytes[slot] = file.Length;

            // Pinned memory: it does not move while the image is under way.
            fixed (byte* record = _records[slot].Reserve(layout.RecordBytes))
                return decoder.TryBeginRecord(file, _resizes[slot], layout, record);
        }

        protected override void Decode(ImageDecoder decoder, int slot, int job)
        {
            ReadOnlySpan<byte> file = _files[slot].Held(_fileBytes[slot]);
            Span<byte> record = _records[slot].Reserve(layout.RecordBytes);
            decoder.DecodeRecord(file, _resizes[slot], layout, record);
            _handler!(job, record, null);
        }

        protected override void Finish(ImageDecoder decoder, int slot, int job)
        {
            decoder.FinishResized();
            _handler!(job, _records[slot].Held(layout.RecordBytes), null);
        }

        protected override void Fail(int job, ImageFormatException error) => _handler!(job, default, error);
    }
}

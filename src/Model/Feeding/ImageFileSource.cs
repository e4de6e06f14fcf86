using System.Collections.Concurrent;
using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>
/// Image files as a model wants them: decoded, resized and rounded as its store was, standardised by the same pass. A file that
/// can't be read is named and its pixels are zero. Thread-safe.
/// </summary>
internal sealed class ImageFileSource(IReadOnlyList<string> paths, ModelCard card) : IBatchSource, IDisposable
{
    private readonly ConcurrentBag<Lane> _lanes = [];
    private readonly ConcurrentDictionary<int, ImageFormatException> _broken = new();

    public int Count => paths.Count;

    public int Size => card.Layout.Size;

    /// <summary>What could not be read, by position.</summary>
    public IReadOnlyDictionary<int, ImageFormatException> Broken => _broken;

    public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels)
    {
        labels.Clear();
        if (!_lanes.TryTake(out Lane? lane))
            lane = new(card);
        int pixels = Size * Size;
        for (int i = 0; i < count; i++)
        {
            Span<float> image = images.Slice(i * pixels, pixels);
            try
            {
                lane.Read(paths[first + i], image);
            }
            catch (ImageFormatException error)
            {
                image.Clear();
                _broken[first + i] = error;
            }
        }

        _lanes.Add(lane);
    }

    public void Dispose()
    {
        while (_lanes.TryTake(out Lane? lane))
            lane.Dispose();
    }

    /// <summary>What one thread needs.</summary>
    private sealed unsafe class Lane : IDisposable
    {
        private static readonly int[] _record = [0];
        private static readonly Matrix2x3[] _whole = [Matrix2x3.Identity];
        private readonly StoreLayout _layout;
        private readonly ImageReader _reader = new();
        private readonly ImageDecoder _decoder;
        private readonly BilinearResize _resize;
        private readonly FeedLane _feed;
        private readonly byte[] _bytes;

        public Lane(ModelCard card)
        {
            _layout = card.Layout;
            _decoder = new(new() { Draft = _layout.Draft ? _layout.Size : 0 });
            _resize = new(antialias: _layout.Antialias);
            _feed = new(_layout, card.Input);
            _bytes = new byte[_layout.RecordBytes];
        }

        public void Read(string path, Span<float> pixels)
        {
            ReadOnlySpan<byte> file = _reader.Read(new IndexedImage(default, path, 0, 0));
            int size = _layout.Size;
            fixed (byte* record = _bytes)
            {
                if (_layout.Pixels == PixelType.U16)
                {
                    _decoder.DecodeResized(file, _resize, new Span<ushort>(record, pixels.Length), size, size);
                    _feed.Augmenter.Run((ushort*)record, 1, _record, _whole, pixels);
                }
                else
                {
                    _decoder.DecodeResized(file, _resize, _bytes, size, size);
                    _feed.Augmenter.Run(record, 1, _record, _whole, pixels);
                }
            }
        }

        public void Dispose()
        {
            _reader.Dispose();
            _decoder.Dispose();
            _feed.Augmenter.Dispose();
        }
    }
}

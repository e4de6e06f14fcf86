using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ChestXray.Pipeline.Stages;

namespace ChestXray.Pipeline.Caching;

/// <summary>A file's way to the bytes of a record. One for each thread.</summary>
internal sealed class RecordDecoder : IDisposable
{
    private readonly StoreLayout _layout;
    private readonly ImageDecoder _decoder;
    private readonly BilinearResize _resize;

    public RecordDecoder(StoreLayout layout, DecoderOptions options)
    {
        _layout = layout;
        _decoder = new(options with { Draft = layout.DraftSize });
        _resize = new(antialias: layout.Antialias);
    }

    public StageMeter Decoding { get; } = new("decode");

    public StageMeter Inflating { get; } = new("inflate");

    public StageMeter Resizing { get; } = new("resize");

    /// <summary>XXH3 of the file read last.</summary>
    public ulong SourceHash { get; private set; }

    /// <summary>Decodes and resizes a file into a record.</summary>
    /// <returns>Sum and sum of squares of the resized values before rounding.</returns>
    /// <exception cref="ImageFormatException">The file can't be decoded.</exception>
    public ResizeStatistics Decode(ReadOnlySpan<byte> file, Span<byte> record)
    {
        long start = Stopwatch.GetTimestamp(), before = _decoder.ResizeTicks, bytes = 0;
        SourceHash = XxHash3.HashToUInt64(file);
        try
        {
            ResizeStatistics statistics = _layout.Pixels == PixelType.U16
                ? _decoder.DecodeResized(file, _resize, MemoryMarshal.Cast<byte, ushort>(record), _layout.Size, _layout.Size)
                : _decoder.DecodeResized(file, _resize, record, _layout.Size, _layout.Size);
            bytes = _decoder.Pixels;
            Count(Resizing, _decoder.ResizeTicks - before, record.Length);
            return statistics;
        }
        finally
        {
            Count(Decoding, Stopwatch.GetTimestamp() - start - (_decoder.ResizeTicks - before), bytes);
            Inflating.Busy = _decoder.InflateTicks;
            (Inflating.Images, Inflating.Bytes) = (Decoding.Images, Decoding.Bytes);
        }
    }

    public void Dispose() => _decoder.Dispose();

    private static void Count(StageMeter meter, long ticks, long bytes)
    {
        meter.Busy += ticks;
        meter.Bytes += bytes;
        meter.Images++;
    }
}

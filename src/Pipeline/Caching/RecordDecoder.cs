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
        long start = Stopwatch.GetTimestamp(), decoded = start;
        SourceHash = XxHash3.HashToUInt64(file);
        try
        {
            GreyImage image = _decoder.Decode(file);
            decoded = Stopwatch.GetTimestamp();
            Count(Decoding, decoded - start, image.Pixels.Length);
            Inflating.Busy = _decoder.InflateTicks;
            (Inflating.Images, Inflating.Bytes) = (Decoding.Images, Decoding.Bytes);
            ResizeStatistics statistics = Resize(image, record);
            Count(Resizing, Stopwatch.GetTimestamp() - decoded, record.Length);
            return statistics;
        }
        catch (ImageFormatException)
        {
            Count(Decoding, Stopwatch.GetTimestamp() - start, 0);
            throw;
        }
    }

    public void Dispose() => _decoder.Dispose();

    private ResizeStatistics Resize(GreyImage image, Span<byte> record) => _layout.Pixels == PixelType.U16
        ? _resize.ResizeToUInt16(image.Pixels, image.Width, image.Height, MemoryMarshal.Cast<byte, ushort>(record), _layout.Size, _layout.Size)
        : _resize.ResizeToBytes(image.Pixels, image.Width, image.Height, record, _layout.Size, _layout.Size);

    private static void Count(StageMeter meter, long ticks, long bytes)
    {
        meter.Busy += ticks;
        meter.Bytes += bytes;
        meter.Images++;
    }
}

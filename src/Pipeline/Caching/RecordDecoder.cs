using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Caching;

/// <summary>A file's way to the bytes of a record. One for each thread.</summary>
internal sealed class RecordDecoder(StoreLayout layout, DecoderOptions options) : IDisposable
{
    private readonly ImageDecoder _decoder = new(options);
    private readonly BilinearResize _resize = new();

    /// <summary>XXH3 of the file read last.</summary>
    public ulong SourceHash => _decoder.FileHash;

    /// <summary>Decodes and resizes a file into a record.</summary>
    /// <returns>Sum and sum of squares of the resized values before rounding.</returns>
    /// <exception cref="ImageFormatException">The file can't be read or decoded.</exception>
    public ResizeStatistics Decode(string path, Span<byte> record)
    {
        GreyImage image = _decoder.DecodeFile(path);
        return layout.Pixels == PixelType.U16
            ? _resize.ResizeToUInt16(
                image.Pixels, image.Width, image.Height, MemoryMarshal.Cast<byte, ushort>(record), layout.Size, layout.Size)
            : _resize.ResizeToBytes(image.Pixels, image.Width, image.Height, record, layout.Size, layout.Size);
    }

    public void Dispose() => _decoder.Dispose();
}

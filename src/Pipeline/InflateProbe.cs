using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline;

/// <summary>
/// Inflates the pixel data of PNG files and does nothing else: the limit that a decoder's time is held against.
/// </summary>
/// <remarks>Not thread-safe. Files that are no PNG are passed over.</remarks>
public sealed class InflateProbe : IDisposable
{
    private const int WrapperBytes = 2;
    private const int AdlerBytes = 4;

    private readonly IInflater _inflater;
    private readonly List<(byte[] Deflate, int Bytes)> _streams = [];
    private readonly PinnedBuffer _output = new();

    /// <summary>Takes the pixel data out of files.</summary>
    /// <param name="files">Whole files.</param>
    /// <param name="library">Which library inflates.</param>
    /// <exception cref="PlatformNotSupportedException">The library does not load on this machine.</exception>
    /// <exception cref="ImageFormatException">A broken PNG.</exception>
    public InflateProbe(IEnumerable<byte[]> files, InflateLibrary library = InflateLibrary.Auto)
    {
        _inflater = Inflaters.Create(library);
        DecoderOptions options = new();
        foreach (byte[] file in files.Where(file => file.AsSpan().StartsWith(PngFile.Signature)))
        {
            PngFile png = PngFile.Walk(file, options, _inflater);
            byte[] data = new byte[png.DataBytes];
            png.CopyData(data);
            PngHeader header = png.Header;
            long bytes = header.Interlaced ? Adam7.FilteredBytes(header) : header.Height * (1 + header.RowBytes(header.Width));
            _streams.Add((data[WrapperBytes..^AdlerBytes], (int)bytes));
        }
    }

    /// <summary>Which library inflates.</summary>
    public InflateLibrary Library => _inflater.Library;

    /// <summary>How many files there are.</summary>
    public int Files => _streams.Count;

    /// <summary>Inflates all files, one after the other, into the same memory.</summary>
    /// <exception cref="ImageFormatException">A stream that is broken.</exception>
    public void Run()
    {
        foreach ((byte[] deflate, int bytes) in _streams)
        {
            InflateStatus status = _inflater.Inflate(deflate, _output.Reserve(bytes + 1), out _, out int written);
            if (status != InflateStatus.Done || written != bytes)
                throw new ImageFormatException(
                    DecodeReasons.BadZlib, $"A stream gave {written:N0} of {bytes:N0} bytes ({status}).");
        }
    }

    /// <summary>Gives the library's memory back.</summary>
    public void Dispose() => _inflater.Dispose();
}

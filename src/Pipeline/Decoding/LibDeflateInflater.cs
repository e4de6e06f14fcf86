using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>libdeflate, where the system has its library (Debian: libdeflate0).</summary>
internal sealed unsafe class LibDeflateInflater : IInflater
{
    private const string FileName = "libdeflate.so.0";
    private const int Success = 0;
    private const int InsufficientSpace = 3;

    private static readonly Entries? _entries = Entries.Load();

    private nint _decompressor = _entries!.Allocate();

    ~LibDeflateInflater() => Free();

    public InflateLibrary Library => InflateLibrary.LibDeflate;

    /// <summary>It inflates whole streams only.</summary>
    public bool CanPause => false;

    public int Consumed => throw new NotSupportedException();

    /// <summary>A new instance; null where the library does not load or does not do what this code expects.</summary>
    public static LibDeflateInflater? TryCreate()
    {
        if (_entries is null)
            return null;
        LibDeflateInflater inflater = new();
        if (inflater._decompressor != 0 && InflaterCheck.Works(inflater))
            return inflater;
        inflater.Dispose();
        return null;
    }

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        nuint taken = 0, filled = 0;
        fixed (byte* input = deflate, destination = output)
        {
            int result = _entries!.Inflate(
                _decompressor, input, (nuint)deflate.Length, destination, (nuint)output.Length, &taken, &filled);
            GC.KeepAlive(this);
            consumed = (int)taken;
            written = (int)filled;
            return result switch
            {
                Success => InflateStatus.Done,
                InsufficientSpace => InflateStatus.OutputFull,
                _ => InflateStatus.BadData,
            };
        }
    }

    public void Begin(byte* deflate, int length) => throw new NotSupportedException();

    public InflateStatus Next(Span<byte> output, out int written) => throw new NotSupportedException();

    public uint Crc(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
            return _entries!.Crc(start, (nuint)data.Length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_decompressor != 0)
            _entries!.Free(_decompressor);
        _decompressor = 0;
    }

    private sealed class Entries(nint allocate, nint inflate, nint free, nint crc)
    {
        public static Entries? Load()
        {
            nint allocate = 0, inflate = 0, free = 0, crc = 0;
            bool found = NativeLibrary.TryLoad(FileName, out nint library)
                && NativeLibrary.TryGetExport(library, "libdeflate_alloc_decompressor", out allocate)
                && NativeLibrary.TryGetExport(library, "libdeflate_deflate_decompress_ex", out inflate)
                && NativeLibrary.TryGetExport(library, "libdeflate_free_decompressor", out free)
                && NativeLibrary.TryGetExport(library, "libdeflate_crc32", out crc);
            return found ? new Entries(allocate, inflate, free, crc) : null;
        }

        public uint Crc(byte* data, nuint length) => ((delegate* unmanaged<uint, byte*, nuint, uint>)crc)(0, data, length);

        public nint Allocate() => ((delegate* unmanaged<nint>)allocate)();

        public int Inflate(
            nint decompressor, byte* input, nuint inputBytes, byte* output, nuint outputBytes, nuint* consumed, nuint* written) =>
            ((delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint*, nuint*, int>)inflate)(
                decompressor, input, inputBytes, output, outputBytes, consumed, written);

        public void Free(nint decompressor) => ((delegate* unmanaged<nint, void>)free)(decompressor);
    }
}

using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// zlib-ng inside the .NET runtime, called directly: its public stream hands over 8 KB at a time, and the library then copies its
/// window at every turn, which takes a sixth of the time of a radiograph.
/// </summary>
/// <remarks>
/// The functions are those that System.IO.Compression itself calls. They are no public interface, so that they are used only with the
/// version of the runtime that this was tested with, and after they have inflated something as this code expects.
/// </remarks>
internal sealed unsafe partial class RuntimeInflater : IInflater
{
    private const string Library = "libSystem.IO.Compression.Native";
    private const int TestedVersion = 10;
    private const int RawDeflate = -15;
    private const int SyncFlush = 2, Finish = 4;
    private const int Ok = 0, StreamEnd = 1, BufferError = -5;

    private ZStream* _stream;
    private bool _isOpen;

    private RuntimeInflater()
    {
        _stream = (ZStream*)NativeMemory.AllocZeroed((nuint)sizeof(ZStream));
        _isOpen = InflateInit(_stream, RawDeflate) == Ok;
    }

    ~RuntimeInflater() => Free();

    InflateLibrary IInflater.Library => InflateLibrary.Runtime;

    public bool CanPause => true;

    public int Consumed { get; private set; }

    /// <summary>A new instance; null with another runtime, or where its library does not do what this code expects.</summary>
    public static RuntimeInflater? TryCreate()
    {
        if (Environment.Version.Major != TestedVersion || !OperatingSystem.IsLinux())
            return null;
        try
        {
            RuntimeInflater inflater = new();
            if (inflater._isOpen && InflaterCheck.Works(inflater) && InflaterCheck.WorksInParts(inflater))
                return inflater;
            inflater.Dispose();
            return null;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* input = deflate)
        {
            Begin(input, deflate.Length);
            InflateStatus status = Run(output, Finish, out written);
            consumed = Consumed;
            return status;
        }
    }

    public void Begin(byte* deflate, int length)
    {
        _ = InflateReset(_stream, RawDeflate);
        _stream->NextIn = deflate;
        _stream->AvailableIn = (uint)length;
        Consumed = 0;
        GC.KeepAlive(this);
    }

    public InflateStatus Next(Span<byte> output, out int written) => Run(output, SyncFlush, out written);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private InflateStatus Run(Span<byte> output, int flush, out int written)
    {
        fixed (byte* destination = output)
        {
            uint before = _stream->AvailableIn;
            _stream->NextOut = destination;
            _stream->AvailableOut = (uint)output.Length;
            int result = Inflate(_stream, flush);
            written = output.Length - (int)_stream->AvailableOut;
            Consumed += (int)(before - _stream->AvailableIn);
            bool isFull = _stream->AvailableOut == 0;
            GC.KeepAlive(this);
            return result switch
            {
                StreamEnd when flush == SyncFlush && isFull => InflateStatus.OutputFull,
                StreamEnd => InflateStatus.Done,
                Ok or BufferError when isFull => InflateStatus.OutputFull,
                _ => InflateStatus.BadData,
            };
        }
    }

    private void Free()
    {
        if (_isOpen)
            _ = InflateEnd(_stream);
        NativeMemory.Free(_stream);
        _stream = null;
        _isOpen = false;
    }

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int InflateInit(ZStream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private static partial int InflateReset(ZStream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    private static partial int Inflate(ZStream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    private static partial int InflateEnd(ZStream* stream);

    // PAL_ZStream of the runtime's pal_zlib.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct ZStream
    {
        public byte* NextIn;
        public byte* NextOut;
        public byte* Message;
        public void* State;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}

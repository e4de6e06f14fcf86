using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Native memory that grows on demand and is reused from image to image. Its contents do not survive growing.</summary>
/// <remarks>Starts on a cache line, with <see cref="Slack"/> bytes before and behind that vector code may touch.</remarks>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>Bytes on either side of the memory that may be read and overwritten freely.</summary>
    public const int Slack = 128;

    // Above this, memory that is four times too large for the image at hand goes back to the system.
    private const long KeptBytes = 32L << 20;

    private byte* _memory;
    private long _capacity;

    ~NativeBuffer() => Free();

    /// <summary>Memory of at least this many bytes, valid until the next call or disposal.</summary>
    public byte* Reserve(long bytes)
    {
        if (_memory == null || bytes > _capacity || (_capacity > KeptBytes && bytes < _capacity / 4))
        {
            Free();
            long capacity = (bytes + 4095) & ~4095L;
            _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity + 2 * Slack), 64);
            _capacity = capacity;
        }

        return _memory + Slack;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _capacity = 0;
    }
}

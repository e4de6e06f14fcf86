using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// Memory that does not move, grows on demand and is reused from image to image. Its contents do not survive growing.
/// </summary>
/// <remarks>
/// It is an array of the runtime: whoever holds a span of it keeps it alive, so an image never outlives its pixels. It starts
/// on a cache line, with <see cref="Slack"/> bytes before and behind that vector code may touch.
/// </remarks>
internal sealed unsafe class PinnedBuffer
{
    /// <summary>Bytes on either side of the memory that may be read and overwritten freely.</summary>
    public const int Slack = 128;

    private const int Alignment = 64;
    private const int Page = 4096;

    // Above this, memory that is four times too large for the image at hand is let go.
    private const int KeptBytes = 32 << 20;

    private byte[] _array = [];
    private int _start;
    private int _capacity;

    /// <summary>The largest size that can be reserved.</summary>
    public static int MaxBytes => Array.MaxLength - (2 * Slack) - Alignment - Page;

    /// <summary>The first bytes of what was reserved last.</summary>
    public Span<byte> Held(int bytes) => _array.AsSpan(_start, bytes);

    /// <summary>Memory of this many bytes; its contents are whatever they were.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_array.Length == 0 || bytes > _capacity || (_capacity > KeptBytes && bytes < _capacity / 4))
        {
            _capacity = (bytes + Page - 1) & -Page;
            _array = GC.AllocateUninitializedArray<byte>(_capacity + (2 * Slack) + Alignment, pinned: true);
            nint address = (nint)Unsafe.AsPointer(ref _array[0]) + Slack;
            _start = Slack + (int)(-address & (Alignment - 1));
        }

        return _array.AsSpan(_start, bytes);
    }
}

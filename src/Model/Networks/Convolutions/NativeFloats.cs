using System.Runtime.InteropServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Zeroed float32 memory on cache lines. Owned by whoever makes it; not thread-safe.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private const nuint CacheLine = 64;
    private float* _at;

    public NativeFloats(nint length)
    {
        nuint bytes = (nuint)length * sizeof(float);
        _at = (float*)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear(_at, bytes);
        Length = length;
    }

    public nint Length { get; }

    public float* At => _at;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_at);
        _at = null;
    }
}

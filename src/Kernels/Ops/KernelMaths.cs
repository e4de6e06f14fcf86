using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>What kernels of several operations need.</summary>
internal static class KernelMaths
{
    /// <summary>
    /// The bits of the nearest float16, ties to even, as <see cref="Narrowing"/> does it. ILGPU's own conversion cuts on its
    /// CPU accelerator.
    /// </summary>
    public static uint ToFloat16(float value)
    {
        uint bits = Interop.FloatAsInt(value), sign = (bits >> 16) & 0x8000, size = bits & 0x7FFF_FFFF;
        uint normal = (size - (112u << 23) + 0xFFF + ((size >> 13) & 1)) >> 13;
        uint small = Interop.FloatAsInt(Interop.IntAsFloat(size) + 0.5f) - 0x3F00_0000;
        uint result = size < 113u << 23 ? small : normal;
        result = size >= 0x477F_F000 ? 0x7C00u : result;
        return (size > 0x7F80_0000 ? 0x7E00u : result) | sign;
    }

    /// <summary>
    /// 2^n e^r by the series of <see cref="VectorMaths"/>: the device's own exp is an approximation to 22 bits.
    /// </summary>
    /// <param name="n">-126 to 127.</param>
    /// <param name="r">The power less n times the first part of ln 2 (0.693359375); the second part is taken off here.</param>
    public static float Exp(int n, float r)
    {
        r += n * 2.12194440e-4f;
        float p = (1f / 720) + (r * (1f / 5040));
        p = (1f / 120) + (r * p);
        p = (1f / 24) + (r * p);
        p = (1f / 6) + (r * p);
        p = 0.5f + (r * p);
        p = 1 + (r * p);
        p = 1 + (r * p);
        return p * Interop.IntAsFloat((uint)(n + 127) << 23);
    }

    /// <summary>The bits of the nearest bfloat16, ties to even.</summary>
    public static uint ToBFloat16(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        bool isNumber = (bits & 0x7FFF_FFFF) <= 0x7F80_0000;
        return isNumber ? (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 : (bits >> 16) | 0x40;
    }
}

namespace ChestXray.Kernels;

/// <summary>Which instructions a CPU pass uses. Every level gives the same results within the documented error.</summary>
public enum SimdLevel
{
    /// <summary>The best that this processor has.</summary>
    Auto,

    /// <summary>512-bit vectors (AVX-512 F and BW) with AVX2 gathers.</summary>
    Avx512,

    /// <summary>256-bit vectors (AVX2 and FMA).</summary>
    Avx2,

    /// <summary>No vector instructions: runs anywhere.</summary>
    Scalar,
}

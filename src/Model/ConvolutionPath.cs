namespace ChestXray.Model;

/// <summary>Who computes the convolutions.</summary>
public enum ConvolutionPath
{
    /// <summary><see cref="Fourier"/> for float32 on a CPU with AVX2 or AVX-512, else <see cref="Library"/>.</summary>
    Auto,

    /// <summary>The tensor library, with its own gradients. Works everywhere, in float64 and bfloat16, too.</summary>
    Library,

    /// <summary>
    /// Ours: products in the frequency domain, one pass with bias, pooling and ReLU. float32 on a CPU with AVX2 or AVX-512.
    /// </summary>
    Fourier,
}

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Discrete Fourier transforms of one length, unnormalised, each lane on its own. Implementations are structs, so that the
/// compiler makes one body for each.
/// </summary>
/// <remarks>All pointers address vectors; strides are in floats.</remarks>
internal unsafe interface IFourier<T> where T : struct, ILanes<T>
{
    /// <summary>Inputs, a multiple of 4.</summary>
    static abstract int Length { get; }

    /// <summary>Real input to frequencies 0 to Length / 2.</summary>
    /// <param name="from">Length vectors.</param>
    /// <param name="step">From one input to the next.</param>
    /// <param name="real">Real parts.</param>
    /// <param name="imaginary">
    /// Imaginary parts. The first and the last are zero; packed, the last one's real part takes the place of the first one's,
    /// and the last is not written.
    /// </param>
    /// <param name="stride">From one frequency to the next.</param>
    /// <param name="isPacked">Whether the whole result fits Length vectors.</param>
    /// <param name="scratch">2 x Length vectors.</param>
    static abstract void RealForward(
        float* from, nint step, float* real, float* imaginary, nint stride, bool isPacked, float* scratch);

    /// <summary>Frequencies 0 to Length / 2 of a real signal back to its values (times Length).</summary>
    /// <param name="real">Real parts.</param>
    /// <param name="imaginary">
    /// Imaginary parts; packed as <see cref="RealForward"/> packs, else those of the first and the last are not read.
    /// </param>
    /// <param name="stride">From one frequency to the next.</param>
    /// <param name="isPacked">Whether the last real part lies in the first imaginary place.</param>
    /// <param name="to">Length vectors; may overlap the input.</param>
    /// <param name="step">From one output to the next.</param>
    /// <param name="scratch">2 x Length vectors.</param>
    static abstract void RealInverse(
        float* real, float* imaginary, nint stride, bool isPacked, float* to, nint step, float* scratch);

    /// <summary>Complex to complex. Swap the two inputs and the two outputs for the inverse (times Length).</summary>
    /// <param name="real">Length vectors.</param>
    /// <param name="imaginary">Length vectors.</param>
    /// <param name="stride">From one input to the next.</param>
    /// <param name="toReal">Length vectors; may be the input.</param>
    /// <param name="toImaginary">Length vectors; may be the input.</param>
    /// <param name="toStride">From one output to the next.</param>
    /// <param name="scratch">2 x Length vectors.</param>
    static abstract void Complex(
        float* real, float* imaginary, nint stride, float* toReal, float* toImaginary, nint toStride, float* scratch);
}

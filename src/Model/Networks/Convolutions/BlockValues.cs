namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Where a block's values lie, or their gradients: kernel, bias, and the batch norm's scale and shift, one behind the other.
/// </summary>
/// <param name="first">The kernel's first value, out x 7 x 7 x in.</param>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
internal readonly unsafe struct BlockValues(float* first, int inputs, int outputs)
{
    public float* Weight => first;

    public float* Bias => first + ConvolutionShape.Kernel * ConvolutionShape.Kernel * inputs * outputs;

    public float* NormScale => Bias + outputs;

    public float* NormShift => NormScale + outputs;

    /// <summary>How many values a block has.</summary>
    public static nint Count(int inputs, int outputs) =>
        (nint)outputs * (ConvolutionShape.Kernel * ConvolutionShape.Kernel * inputs + 3);
}

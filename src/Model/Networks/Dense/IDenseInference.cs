namespace ChestXray.Model.Networks.Dense;

/// <summary>The layers of a dense network where nothing is learned, each in one pass. One call at a time.</summary>
internal unsafe interface IDenseInference : IDisposable
{
    /// <summary>Batch norm, ReLU and max pool 3x3 / 2 from one memory into another.</summary>
    /// <param name="from">The first convolution's output.</param>
    /// <param name="norm">Of its maps.</param>
    /// <param name="to">Of half the height and width, rounded up.</param>
    void Stem(in MapPlane from, in NormFactors norm, in MapPlane to);

    /// <summary>
    /// Batch norm, ReLU and 1x1 convolution, batch norm, ReLU and 3x3 convolution; the new maps come behind those that were
    /// read.
    /// </summary>
    /// <param name="maps">A dense block's.</param>
    /// <param name="inputs">Maps that are read.</param>
    /// <param name="outer">Norm of those.</param>
    /// <param name="narrow">Bottleneck x inputs.</param>
    /// <param name="bottleneck">Maps between the convolutions.</param>
    /// <param name="inner">Norm of those.</param>
    /// <param name="wide">Outputs x 3 x 3 x bottleneck.</param>
    /// <param name="outputs">New maps.</param>
    void Layer(
        in MapPlane maps, int inputs, in NormFactors outer, float* narrow, int bottleneck, in NormFactors inner, float* wide,
        int outputs);

    /// <summary>Batch norm, ReLU, means of 2 x 2 pixels and a 1x1 convolution, which may change places.</summary>
    /// <param name="from">A whole block's maps.</param>
    /// <param name="norm">Of its maps.</param>
    /// <param name="weights">Outputs x inputs.</param>
    /// <param name="outputs">Maps.</param>
    /// <param name="to">Of half the height and width, rounded down; its first maps are written.</param>
    void Transition(in MapPlane from, in NormFactors norm, float* weights, int outputs, in MapPlane to);
}

namespace ChestXray.Kernels.Ops;

/// <summary>The type of a sample's values.</summary>
internal enum OutputKind
{
    Float32,
    Float16,
    BFloat16,

    /// <summary>A mask's labels: levels, neither toned nor standardised.</summary>
    Label,
}

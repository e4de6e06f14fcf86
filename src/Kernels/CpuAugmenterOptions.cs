namespace ChestXray.Kernels;

/// <summary>How a <see cref="CpuAugmenter"/> reads, interpolates and standardises.</summary>
public sealed record CpuAugmenterOptions
{
    /// <summary>Rows of a record, 1 to 32,767.</summary>
    public required int SourceHeight { get; init; }

    /// <summary>Columns of a record, 1 to 32,767.</summary>
    public required int SourceWidth { get; init; }

    /// <summary>Rows of a sample, 1 to 32,767; 0 takes <see cref="SourceHeight"/>.</summary>
    public int OutputHeight { get; init; }

    /// <summary>Columns of a sample, 1 to 32,767; 0 takes <see cref="SourceWidth"/>.</summary>
    public int OutputWidth { get; init; }

    /// <summary>Subtracted from every interpolated value, in grey levels.</summary>
    public float Mean { get; init; }

    /// <summary>What the difference is divided by, in grey levels: finite and above 0. With mean 0 and deviation 1 samples stay 0 to 255.</summary>
    public float Deviation { get; init; } = 1;

    /// <summary>What lies outside the record.</summary>
    public Border Border { get; init; } = Border.Reflect;

    /// <summary>The value of <see cref="Border.Constant"/> in grey levels, before it is standardised like any pixel. Finite.</summary>
    public float Fill { get; init; }

    /// <summary>How values between pixels are made.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Forces an instruction set; the constructor refuses one that this processor lacks.</summary>
    public SimdLevel Simd { get; init; } = SimdLevel.Auto;

    /// <summary>Threads that share a batch, the calling one included: 1 to 1,024.</summary>
    public int Threads { get; init; } = 1;
}

namespace ChestXray.Pipeline;

/// <summary>How the row filters of PNG are undone. All paths give the same bytes.</summary>
public enum UnfilterPath
{
    /// <summary>The fastest that this processor runs and the image's format allows.</summary>
    Auto,

    /// <summary>Byte after byte: the specification of the others.</summary>
    Scalar,

    /// <summary>32 rows at a time with 256-bit vectors (AVX2).</summary>
    Wavefront256,

    /// <summary>64 rows at a time with 512-bit vectors (AVX-512BW).</summary>
    Wavefront512,
}

using System.Runtime.Intrinsics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Picks the vector path that undoes PNG's filters: the one asked for, or the fastest that the processor runs.</summary>
internal static class Unfilters
{
    /// <summary>The path; null for the scalar one.</summary>
    public static IUnfilter? Create(UnfilterPath path) => path switch
    {
        UnfilterPath.Scalar => null,
        UnfilterPath.Auto or UnfilterPath.Wavefront512 when ByteVector512.IsSupported =>
            new WavefrontUnfilter<Vector512<byte>, ByteVector512>(),
        UnfilterPath.Auto or UnfilterPath.Wavefront256 when ByteVector256.IsSupported =>
            new WavefrontUnfilter<Vector256<byte>, ByteVector256>(),
        UnfilterPath.Auto => null,
        _ => throw new PlatformNotSupportedException($"This processor does not run the unfilter path {path}; use {UnfilterPath.Auto}."),
    };
}

using System.Runtime.Intrinsics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// Picks the vector paths that undo PNG's filters: the one asked for, or those that the processor runs, fastest first.
/// </summary>
internal static class Unfilters
{
    // 64 rows of one page each, read and written, are more pages than the processor's address cache holds; 32 are not.
    private const int MaxRowBytes512 = 2048;

    /// <summary>The paths to try in turn; where none takes an image, it is the scalar one's.</summary>
    public static IUnfilter[] Create(UnfilterPath path) => path switch
    {
        UnfilterPath.Scalar => [],
        UnfilterPath.Auto when ByteVector512.IsSupported => [Wavefront512(MaxRowBytes512), Wavefront256()],
        UnfilterPath.Auto when ByteVector256.IsSupported => [Wavefront256()],
        UnfilterPath.Auto => [],
        UnfilterPath.Wavefront512 when ByteVector512.IsSupported => [Wavefront512(int.MaxValue)],
        UnfilterPath.Wavefront256 when ByteVector256.IsSupported => [Wavefront256()],
        _ => throw new PlatformNotSupportedException(
            $"This processor does not run the unfilter path {path}; use {UnfilterPath.Auto}."),
    };

    private static WavefrontUnfilter<Vector512<byte>, ByteVector512> Wavefront512(int maxRowBytes) => new(maxRowBytes);

    private static WavefrontUnfilter<Vector256<byte>, ByteVector256> Wavefront256() => new();
}

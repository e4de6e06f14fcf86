using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>One output row of the bilinear resize: the specification, and eight columns at a time.</summary>
/// <remarks>
/// Every product and sum is rounded on its own, in TensorFlow's order; a fused multiply-add would give other bits. .NET fuses
/// only where it is told to.
/// </remarks>
internal static class ResizeRow
{
    /// <summary>The columns from <paramref name="first"/> on.</summary>
    public static void Scalar(
        ReadOnlySpan<byte> top, ReadOnlySpan<byte> bottom, ResizeAxis columns, float weight, Span<float> destination, int first)
    {
        for (int x = first; x < destination.Length; x++)
        {
            int low = columns.Low[x], high = columns.High[x];
            float share = columns.Weight[x];
            float above = top[low] + ((top[high] - (float)top[low]) * share);
            float below = bottom[low] + ((bottom[high] - (float)bottom[low]) * share);
            destination[x] = above + ((below - above) * weight);
        }
    }

    /// <summary>As many columns from the left as vectors can do without reading behind the image.</summary>
    /// <returns>How many columns are done.</returns>
    public static int Vector(
        ReadOnlySpan<byte> grey, int top, int bottom, ResizeAxis columns, float weight, Span<float> destination)
    {
        if (!Avx2.IsSupported)
            return 0;
        int x = Avx512Vbmi.IsSupported ? Picked(grey, top, bottom, columns, weight, destination) : 0;
        ref byte pixels = ref MemoryMarshal.GetReference(grey);
        ref int lows = ref MemoryMarshal.GetArrayDataReference(columns.Low);
        ref float shares = ref MemoryMarshal.GetArrayDataReference(columns.Weight);
        for (; x + 8 <= destination.Length; x += 8)
        {
            // A lane reads four bytes; the columns rise, so the last lane reaches farthest.
            if (bottom + columns.Low[x + 7] + 4 > grey.Length)
                break;
            Vector256<int> low = Vector256.LoadUnsafe(ref lows, (nuint)x);
            Vector256<float> share = Vector256.LoadUnsafe(ref shares, (nuint)x);
            Vector256<float> above = Horizontal(ref Unsafe.Add(ref pixels, top), low, share);
            Vector256<float> below = Horizontal(ref Unsafe.Add(ref pixels, bottom), low, share);
            Vector256<float> level = above + ((below - above) * Vector256.Create(weight));
            level.StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)x);
        }

        return x;
    }

    /// <summary>16 columns at a time, picked out of 128 bytes by a permutation, which costs a quarter of a gather.</summary>
    /// <returns>How many columns are done: those that lie close together and not at the image's end.</returns>
    internal static int Picked(
        ReadOnlySpan<byte> grey, int top, int bottom, ResizeAxis columns, float weight, Span<float> destination)
    {
        int x = 0;
        ref byte pixels = ref MemoryMarshal.GetReference(grey);
        ref byte picks = ref MemoryMarshal.GetArrayDataReference(columns.Picks);
        ref float shares = ref MemoryMarshal.GetArrayDataReference(columns.Weight);
        for (; 4 * (x + 16) <= columns.Picks.Length; x += 16)
        {
            int first = columns.Low[x];
            if (bottom + first + (2 * Vector512<byte>.Count) > grey.Length)
                break;
            Vector512<byte> pick = Vector512.LoadUnsafe(ref picks, (nuint)(4 * x));
            Vector512<float> share = Vector512.LoadUnsafe(ref shares, (nuint)x);
            Vector512<float> above = Horizontal(ref Unsafe.Add(ref pixels, top + first), pick, share);
            Vector512<float> below = Horizontal(ref Unsafe.Add(ref pixels, bottom + first), pick, share);
            Vector512<float> level = above + ((below - above) * Vector512.Create(weight));
            level.StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)x);
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Horizontal(ref byte row, Vector512<byte> pick, Vector512<float> share)
    {
        Vector512<byte> low = Vector512.LoadUnsafe(ref row), high = Vector512.LoadUnsafe(ref row, (nuint)Vector512<byte>.Count);
        Vector512<int> taps = Avx512Vbmi.PermuteVar64x8x2(low, pick, high).AsInt32(), byteMask = Vector512.Create(255);
        Vector512<float> left = Vector512.ConvertToSingle(taps & byteMask),
            right = Vector512.ConvertToSingle((taps >> 8) & byteMask);
        return left + ((right - left) * share);
    }

    // Both taps in one gather: the second is the next byte, or has no weight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<float> Horizontal(ref byte row, Vector256<int> low, Vector256<float> share)
    {
        // The caller's span may move; a gather must not straddle a collection.
        fixed (byte* start = &row)
        {
            Vector256<int> taps = Avx2.GatherMaskVector256(Vector256<int>.Zero, (int*)start, low, Vector256<int>.AllBitsSet, 1),
                byteMask = Vector256.Create(255);
            Vector256<float> left = Vector256.ConvertToSingle(taps & byteMask),
                right = Vector256.ConvertToSingle((taps >> 8) & byteMask);
            return left + ((right - left) * share);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Kernels.Ops;

/// <summary>Eight 32.32 coordinates of <see cref="DirectWarp"/> and what a border does to them. Needs AVX2.</summary>
internal static class DirectLanes
{
    /// <summary>One fold or shift towards the inside; what needs more stays outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Fold(Vector256<int> index, int length, Border border)
    {
        switch (border)
        {
            case Border.Reflect:
                return Vector256.Min(Vector256.Max(index, ~index),
                    Vector256.Create((2 * length) - 1) - Vector256.Max(index, ~index));
            case Border.Mirror:
                return Vector256.Min(Vector256.Abs(index), Vector256.Create((2 * length) - 2) - Vector256.Abs(index));
            case Border.Wrap:
                Vector256<int> period = Vector256.Create(length);
                Vector256<int> below = Vector256.LessThan(index, Vector256<int>.Zero),
                    above = Vector256.GreaterThan(index, Vector256.Create(length - 1));
                return index + (period & below) - (period & above);
            default:
                return Vector256.Min(Vector256.Max(index, Vector256<int>.Zero), Vector256.Create(length - 1));
        }
    }

    /// <summary><see cref="BorderMap.Wrap"/> by at most one length; false where a coordinate needs more.</summary>
    public static bool Wrap(ref Vector256<long> coordinate, int length)
    {
        Vector256<long> last = Vector256.Create((long)(length - 1) << 32), period = Vector256.Create((long)length << 32),
            zero = Vector256<long>.Zero;
        Vector256<long> below = Vector256.LessThan(coordinate, zero), above = Vector256.GreaterThan(coordinate, last);
        bool near = Vector256.GreaterThanAll(coordinate, -last) && Vector256.LessThanAll(coordinate, last + last);
        Vector256<long> moved = coordinate + (period & below) - (period & above);
        moved = Vector256.ConditionalSelect(Vector256.LessThan(moved, zero), zero, moved);
        coordinate = Vector256.ConditionalSelect(Vector256.GreaterThan(moved, last), last, moved);
        return near;
    }

    /// <summary>All bits set where an index is not in [0, length).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Outside(Vector256<int> index, int length)
    {
        Vector256<uint> last = Vector256.Create((uint)length - 1);
        return length == 0 ? Vector256<int>.AllBitsSet : ~Vector256.Equals(
            Vector256.Min(index.AsUInt32(), last), index.AsUInt32()).AsInt32();
    }

    /// <summary>The whole parts of eight 32.32 coordinates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Upper(Vector256<long> a, Vector256<long> b) =>
        Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b11_01_11_01).AsInt32();

    /// <summary>Their fractions, rounded down to 24 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fraction(Vector256<long> a, Vector256<long> b)
    {
        Vector256<int> bits = Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00).AsInt32();
        return Vector256.ConvertToSingle(bits >>> 8) * (1f / (1 << 24));
    }

    /// <summary>
    /// Eight pixels of a row, split so that one shuffle brings the upper or lower halves of their coordinates into order.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<long> A, Vector256<long> B) Start(long first, long step)
    {
        Vector256<long> a = Vector256.Create(first) + Vector256.Create(0, step, 4 * step, 5 * step);
        return (a, a + Vector256.Create(2 * step));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>32 rows in AVX2.</summary>
internal readonly unsafe struct ByteVector256 : IByteVector<Vector256<byte>>
{
    public static int Rows => 32;

    public static int Skew => 2;

    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TurnParts(Vector256<byte>* from, Vector256<byte>* to, int step)
    {
        (to[0], to[step]) = Turn(from[0], from[step]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> UnpackLow(Vector256<byte> left, Vector256<byte> right) => Avx2.UnpackLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> UnpackHigh(Vector256<byte> left, Vector256<byte> right) => Avx2.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ShiftIn(Vector256<byte> vector, Vector256<byte> edge)
    {
        Vector256<byte> before = Avx2.Permute2x128(edge, vector, 0x21);
        return Avx2.AlignRight(vector, before, 15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Min(Vector256<byte> left, Vector256<byte> right) => Avx2.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Max(Vector256<byte> left, Vector256<byte> right) => Avx2.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> left, Vector256<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddSaturate(Vector256<byte> left, Vector256<byte> right) => Avx2.AddSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> SubtractSaturate(Vector256<byte> left, Vector256<byte> right) =>
        Avx2.SubtractSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Mean(Vector256<byte> left, Vector256<byte> right) =>
        Avx2.Average(left, right) - ((left ^ right) & Vector256<byte>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> And(Vector256<byte> left, Vector256<byte> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> OrNot(Vector256<byte> left, Vector256<byte> right) => left | ~right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Select(Vector256<byte> mask, Vector256<byte> yes, Vector256<byte> no) =>
        Vector256.ConditionalSelect(mask, yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> SelectLessOrEqual(
        Vector256<byte> left, Vector256<byte> right, Vector256<byte> yes, Vector256<byte> no) =>
        Vector256.ConditionalSelect(Vector256.Equals(Avx2.Max(left, right), right), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<byte> First, Vector256<byte> Second) Turn(Vector256<byte> first, Vector256<byte> second) =>
        (Avx2.Permute2x128(first, second, 0x20), Avx2.Permute2x128(first, second, 0x31));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>64 rows in AVX-512.</summary>
internal readonly unsafe struct ByteVector512 : IByteVector<Vector512<byte>>
{
    public static int Rows => 64;

    public static int Skew => 4;

    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TurnParts(Vector512<byte>* from, Vector512<byte>* to, int step)
    {
        Vector512<byte> v0 = from[0], v1 = from[step], v2 = from[2 * step], v3 = from[3 * step];
        Turn(ref v0, ref v1, ref v2, ref v3);
        to[0] = v0;
        to[step] = v1;
        to[2 * step] = v2;
        to[3 * step] = v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> UnpackLow(Vector512<byte> left, Vector512<byte> right) => Avx512BW.UnpackLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> UnpackHigh(Vector512<byte> left, Vector512<byte> right) => Avx512BW.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftIn(Vector512<byte> vector, Vector512<byte> edge)
    {
        Vector512<byte> before = Avx512F.AlignRight64(vector.AsUInt64(), edge.AsUInt64(), 6).AsByte();
        return Avx512BW.AlignRight(vector, before, 15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Min(Vector512<byte> left, Vector512<byte> right) => Avx512BW.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Max(Vector512<byte> left, Vector512<byte> right) => Avx512BW.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> left, Vector512<byte> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddSaturate(Vector512<byte> left, Vector512<byte> right) => Avx512BW.AddSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> SubtractSaturate(Vector512<byte> left, Vector512<byte> right) =>
        Avx512BW.SubtractSaturate(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Mean(Vector512<byte> left, Vector512<byte> right) =>
        Avx512BW.Average(left, right) - ((left ^ right) & Vector512<byte>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> And(Vector512<byte> left, Vector512<byte> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> OrNot(Vector512<byte> left, Vector512<byte> right) => left | ~right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Select(Vector512<byte> mask, Vector512<byte> yes, Vector512<byte> no) =>
        Vector512.ConditionalSelect(mask, yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> SelectLessOrEqual(
        Vector512<byte> left, Vector512<byte> right, Vector512<byte> yes, Vector512<byte> no) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(left, right), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref Vector512<byte> v0, ref Vector512<byte> v1, ref Vector512<byte> v2, ref Vector512<byte> v3)
    {
        const byte Even = 0x88, Odd = 0xDD;
        Vector512<int> even01 = Avx512F.Shuffle4x128(v0.AsInt32(), v1.AsInt32(), Even);
        Vector512<int> odd01 = Avx512F.Shuffle4x128(v0.AsInt32(), v1.AsInt32(), Odd);
        Vector512<int> even23 = Avx512F.Shuffle4x128(v2.AsInt32(), v3.AsInt32(), Even);
        Vector512<int> odd23 = Avx512F.Shuffle4x128(v2.AsInt32(), v3.AsInt32(), Odd);
        v0 = Avx512F.Shuffle4x128(even01, even23, Even).AsByte();
        v1 = Avx512F.Shuffle4x128(odd01, odd23, Even).AsByte();
        v2 = Avx512F.Shuffle4x128(even01, even23, Odd).AsByte();
        v3 = Avx512F.Shuffle4x128(odd01, odd23, Odd).AsByte();
    }
}

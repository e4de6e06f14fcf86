using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>64 rows in AVX-512.</summary>
internal readonly unsafe struct ByteVector512 : IByteVector<Vector512<byte>>
{
    public static int Rows => 64;

    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> vector, byte* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadParts(byte* source, nint step) => Vector512.Create(
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + step)),
        Vector256.Create(Vector128.Load(source + (2 * step)), Vector128.Load(source + (3 * step))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreParts(Vector512<byte> vector, byte* destination, nint step)
    {
        vector.GetLower().GetLower().Store(destination);
        vector.GetLower().GetUpper().Store(destination + step);
        vector.GetUpper().GetLower().Store(destination + (2 * step));
        vector.GetUpper().GetUpper().Store(destination + (3 * step));
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
    public static Vector512<byte> Select(Vector512<byte> mask, Vector512<byte> yes, Vector512<byte> no) =>
        Vector512.ConditionalSelect(mask, yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> SelectLessOrEqual(
        Vector512<byte> left, Vector512<byte> right, Vector512<byte> yes, Vector512<byte> no) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(left, right), yes, no);
}

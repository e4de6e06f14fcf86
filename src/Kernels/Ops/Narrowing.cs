using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Float32 to the two 16-bit float types, rounded to nearest, ties to even. Vectors of the base library, so any processor.
/// </summary>
internal static unsafe class Narrowing
{
    private const int Lanes = 16;

    public static void Run(float* source, ushort* destination, int count, OutputKind kind)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
            Convert(source + i, kind).Store(destination + i);
        if (i == count)
            return;
        float* padded = stackalloc float[Lanes];
        new Span<float>(padded, Lanes).Clear();
        new ReadOnlySpan<float>(source + i, count - i).CopyTo(new Span<float>(padded, Lanes));
        ushort* narrow = stackalloc ushort[Lanes];
        Convert(padded, kind).Store(narrow);
        new ReadOnlySpan<ushort>(narrow, count - i).CopyTo(new Span<ushort>(destination + i, count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Convert(float* source, OutputKind kind)
    {
        Vector256<uint> low = Vector256.Load((uint*)source), high = Vector256.Load((uint*)source + 8);
        return kind == OutputKind.BFloat16
            ? Vector256.Narrow(ToBFloat16(low), ToBFloat16(high))
            : Vector256.Narrow(ToFloat16(low), ToFloat16(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToBFloat16(Vector256<uint> bits)
    {
        Vector256<uint> rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One)) >>> 16;
        Vector256<uint> quiet = (bits >>> 16) | Vector256.Create(0x40u);
        return Vector256.ConditionalSelect(IsNaN(bits), quiet, rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToFloat16(Vector256<uint> bits)
    {
        Vector256<uint> sign = (bits >>> 16) & Vector256.Create(0x8000u), size = bits & Vector256.Create(0x7FFF_FFFFu);
        // From 2^-14 up the exponent is rebased and the mantissa cut with rounding; carries run into the exponent as they should.
        Vector256<uint> normal =
            (size - Vector256.Create(112u << 23) + Vector256.Create(0xFFFu) + ((size >>> 13) & Vector256<uint>.One)) >>> 13;
        // Below, adding one half leaves the value in units of 2^-24, float16's smallest, rounded by the addition itself.
        Vector256<uint> small = (size.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0.5f).AsUInt32();
        Vector256<uint> result =
            Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(113u << 23)), small, normal);
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(size, Vector256.Create(0x477F_F000u)), Vector256.Create(0x7C00u), result);
        return Vector256.ConditionalSelect(IsNaN(bits), Vector256.Create(0x7E00u), result) | sign;
    }

    private static Vector256<uint> IsNaN(Vector256<uint> bits) =>
        Vector256.GreaterThan(bits & Vector256.Create(0x7FFF_FFFFu), Vector256.Create(0x7F80_0000u));
}

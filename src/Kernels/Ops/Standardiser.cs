using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Pixels to standardised floats: value * scale + offset with one rounding, the same bits with and without vectors.
/// </summary>
internal static unsafe class Standardiser
{
    public static void Run(byte* source, float* output, int count, float scale, float offset, SimdLevel level)
    {
        int done = level switch
        {
            SimdLevel.Avx512 => Wide512(source, output, count, scale, offset),
            SimdLevel.Avx2 => Wide256(source, output, count, scale, offset),
            _ => 0,
        };
        for (int i = done; i < count; i++)
            output[i] = MathF.FusedMultiplyAdd(source[i], scale, offset);
    }

    /// <summary>The same for 16-bit values.</summary>
    public static void Run(ushort* source, float* output, int count, float scale, float offset, SimdLevel level)
    {
        int i = 0;
        for (; level != SimdLevel.Scalar && i <= count - 8; i += 8)
        {
            Vector256<int> wide = Vector256.WidenLower(Vector128.Load(source + i).ToVector256Unsafe()).AsInt32();
            Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(wide), Vector256.Create(scale), Vector256.Create(offset))
                .Store(output + i);
        }

        for (; i < count; i++)
            output[i] = MathF.FusedMultiplyAdd(source[i], scale, offset);
    }

    /// <summary>The same for floats.</summary>
    public static void Run(float* source, float* output, int count, float scale, float offset, SimdLevel level)
    {
        int i = 0;
        for (; level != SimdLevel.Scalar && i <= count - 8; i += 8)
            Vector256.FusedMultiplyAdd(Vector256.Load(source + i), Vector256.Create(scale), Vector256.Create(offset))
                .Store(output + i);
        for (; i < count; i++)
            output[i] = MathF.FusedMultiplyAdd(source[i], scale, offset);
    }

    private static int Wide512(byte* source, float* output, int count, float scale, float offset)
    {
        Vector512<float> scales = Vector512.Create(scale), offsets = Vector512.Create(offset);
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            Vector512<int> wide = System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector512Int32(Vector128.Load(source + i));
            Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(wide), scales, offsets).Store(output + i);
        }

        return i;
    }

    private static int Wide256(byte* source, float* output, int count, float scale, float offset)
    {
        Vector256<float> scales = Vector256.Create(scale), offsets = Vector256.Create(offset);
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<int> wide = System.Runtime.Intrinsics.X86.Avx2.ConvertToVector256Int32(source + i);
            Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(wide), scales, offsets).Store(output + i);
        }

        return i;
    }
}

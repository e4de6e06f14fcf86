using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Tests;

public unsafe class NarrowingTests
{
    [Fact]
    public void Float16_is_the_base_library_s_for_every_kind_of_float()
    {
        float[] values = Values();
        ushort[] found = Narrow(values, OutputKind.Float16);
        for (int i = 0; i < values.Length; i++)
        {
            ushort expected = BitConverter.HalfToUInt16Bits((Half)values[i]);
            Assert.Equal(found[i], KernelMaths.ToFloat16(values[i]));
            Assert.True(expected == found[i]
                || (float.IsNaN(values[i]) && Half.IsNaN(BitConverter.UInt16BitsToHalf(found[i]))),
                    $"{values[i]:R}: {found[i]:x4}, not {expected:x4}");
        }
    }

    [Fact]
    public void BFloat16_is_the_nearest_one_and_the_even_one_of_two()
    {
        float[] values = Values();
        ushort[] found = Narrow(values, OutputKind.BFloat16);
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]), down = bits & 0xFFFF0000, rest = bits & 0xFFFF;
            Assert.Equal(found[i], KernelMaths.ToBFloat16(values[i]));
            Assert.Equal(found[i], ((BFloat16)values[i]).Bits);
            bool up = rest > 0x8000 || (rest == 0x8000 && (down & 0x10000) != 0);
            if (float.IsNaN(values[i]))
                Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)found[i] << 16)));
            else
                Assert.Equal((ushort)((up ? down + 0x10000 : down) >> 16), found[i]);
        }
    }

    private static float[] Values()
    {
        Random random = new(1);
        float[] special = [0, -0f, 65504, 65519.996f, 65520, -65520, float.PositiveInfinity, float.NaN, float.NegativeInfinity,
            6e-8f, 2.98e-8f, 6.1035e-5f, float.MaxValue];
        return [.. special, .. Enumerable.Range(0, 100_000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))),
            .. Enumerable.Range(0, 100_003).Select(i => (i - 50_000) / 4096f * (1 + (i % 7 * 1e-4f)))];
    }

    private static ushort[] Narrow(float[] values, OutputKind kind)
    {
        ushort[] narrow = new ushort[values.Length];
        fixed (float* source = values)
        fixed (ushort* destination = narrow)
            Narrowing.Run(source, destination, values.Length, kind);
        return narrow;
    }
}

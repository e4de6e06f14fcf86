using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>From planes of floats to a sample as it is delivered.</summary>
internal static unsafe class Packing
{
    /// <summary>Planes one after the other to pixels whose three channels lie together.</summary>
    public static void Interleave(float* planes, float* pixels, int count)
    {
        float* red = planes, green = planes + count, blue = green + count;
        for (int i = 0; i < count; i++, pixels += 3)
            (pixels[0], pixels[1], pixels[2]) = (red[i], green[i], blue[i]);
    }

    /// <summary>Whole levels from 0 to 255 to bytes.</summary>
    public static void ToBytes(float* levels, byte* bytes, int count)
    {
        int i = 0;
        for (; Vector256.IsHardwareAccelerated && i <= count - 32; i += 32)
        {
            Vector256<ushort> low = Vector256.Narrow(Whole(levels + i), Whole(levels + i + 8));
            Vector256<ushort> high = Vector256.Narrow(Whole(levels + i + 16), Whole(levels + i + 24));
            Vector256.Narrow(low, high).Store(bytes + i);
        }

        for (; i < count; i++)
            bytes[i] = (byte)levels[i];
    }

    private static Vector256<uint> Whole(float* levels) => Vector256.ConvertToInt32(Vector256.Load(levels)).AsUInt32();
}

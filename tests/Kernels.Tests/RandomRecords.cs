using System.Runtime.InteropServices;

namespace ChestXray.Kernels.Tests;

/// <summary>Noise of every record type.</summary>
internal static class RandomRecords
{
    public static byte[] Bytes(int count, int seed) => RandomBytes.Make(count, seed);

    public static ushort[] Wide(int count, int seed) =>
        MemoryMarshal.Cast<byte, ushort>(RandomBytes.Make(2 * count, seed)).ToArray();

    /// <summary>From 0 to 1.</summary>
    public static float[] Floats(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }
}

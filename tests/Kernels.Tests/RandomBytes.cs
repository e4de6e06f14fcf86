namespace ChestXray.Kernels.Tests;

/// <summary>Noise records: the hardest content for an interpolation to get right.</summary>
internal static class RandomBytes
{
    public static byte[] Make(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

using ChestXray.Kernels;

namespace ChestXray.Model.Networks;

/// <summary>Streams of random numbers that (seed, stream) names: initialisation and dropout.</summary>
internal static class Philox
{
    /// <summary>Four 32-bit words of the stream that (<paramref name="seed"/>, <paramref name="stream"/>) names.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The upper half of the counter: one number per use (a layer, a step).</param>
    /// <param name="block">The lower half of the counter: position in the stream, in blocks of four words.</param>
    public static (uint A, uint B, uint C, uint D) Draw(ulong seed, ulong stream, ulong block)
    {
        PhiloxBlock words = Philox4x32.Generate(
            (uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));
        return (words.X, words.Y, words.Z, words.W);
    }

    /// <summary>Fills a span with numbers of (0, 1): the upper 23 bits of each word, plus one half, times 2^-23.</summary>
    public static void FillUniform(ulong seed, ulong stream, Span<float> values)
    {
        for (int i = 0; i < values.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = Draw(seed, stream, (ulong)(i / 4));
            values[i] = ToUniform(a);
            if (i + 1 < values.Length)
                values[i + 1] = ToUniform(b);
            if (i + 2 < values.Length)
                values[i + 2] = ToUniform(c);
            if (i + 3 < values.Length)
                values[i + 3] = ToUniform(d);
        }
    }

    // 23 bits and a half are 24 significant bits: exact in a float, never 0 and never 1.
    private static float ToUniform(uint word) => ((word >> 9) + 0.5f) * (1f / (1 << 23));
}

namespace ChestXray.Kernels;

/// <summary>
/// The counter-based generator Philox 4x32-10: random words as a pure function of a counter and a key, with no state.
/// </summary>
/// <remarks>
/// Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); equal to Random123's known answers.
/// Whoever draws for (seed; epoch, record, draw) gets the same number on any device and for any batch size or thread count.
/// Thread-safe.
/// </remarks>
public static class Philox4x32
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>One block: ten rounds over the counter (<paramref name="c0"/>..<paramref name="c3"/>) under the key.</summary>
    /// <returns>Four words, each uniform over all 32-bit values.</returns>
    public static PhiloxBlock Generate(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0, product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return new PhiloxBlock(c0, c1, c2, c3);
    }

    /// <summary>The block of one draw: key = (low, high half of the seed), counter = (epoch, record, draw, 0).</summary>
    public static PhiloxBlock Generate(ulong seed, uint epoch, uint record, uint draw) =>
        Generate(epoch, record, draw, 0, (uint)seed, (uint)(seed >> 32));

    /// <summary>
    /// A number of [0, 1) from one word: its upper 24 bits times 2^-24, so every result is an exact float and 1 never comes.
    /// </summary>
    public static float Uniform(uint word) => (word >> 8) * (1f / (1 << 24));

    /// <summary>
    /// A number of [0, 1) from two words: 53 bits (all of <paramref name="high"/>, the upper 21 of <paramref name="low"/>)
    /// times 2^-53.
    /// </summary>
    public static double Uniform(uint high, uint low) => (((ulong)high << 21) | (low >> 11)) * (1.0 / (1L << 53));

    /// <summary>The number of [0, 1) of one draw: <see cref="Uniform(uint, uint)"/> of words 0 and 1 of its block.</summary>
    public static double Uniform(ulong seed, uint epoch, uint record, uint draw)
    {
        PhiloxBlock block = Generate(seed, epoch, record, draw);
        return Uniform(block.X, block.Y);
    }
}

namespace ChestXray.Model.Evaluation;

/// <summary>Which patients a bootstrap draw holds and how often: a pure function of seed and draw.</summary>
/// <remarks>
/// Philox 4x32-10 (Salmon et al., SC 2011): key = seed, counter = (block of four patients, draw). Sixteen draws lie side by side, so that
/// one vector holds one patient's weight in all of them.
/// </remarks>
internal static class RedrawnPatients
{
    /// <summary>Draws per block.</summary>
    public const int Lanes = 16;

    /// <summary>Fills one block of draws.</summary>
    /// <param name="weights">Patients x <see cref="Lanes"/>: how often each patient was drawn.</param>
    /// <param name="patients">How many patients there are; each draw takes as many, with replacement.</param>
    /// <param name="seed">The bootstrap's seed.</param>
    /// <param name="firstDraw">The number of the first lane's draw.</param>
    public static void Fill(Span<int> weights, int patients, ulong seed, int firstDraw)
    {
        weights[..(patients * Lanes)].Clear();
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int first = 0; first < patients; first += 4)
            {
                (uint a, uint b, uint c, uint d) = Philox((uint)first / 4, (uint)(firstDraw + lane), seed);
                Add(weights, a, patients, lane);
                if (first + 1 < patients)
                    Add(weights, b, patients, lane);
                if (first + 2 < patients)
                    Add(weights, c, patients, lane);
                if (first + 3 < patients)
                    Add(weights, d, patients, lane);
            }
        }
    }

    private static void Add(Span<int> weights, uint word, int patients, int lane) =>
        weights[(int)((ulong)word * (uint)patients >> 32) * Lanes + lane]++;

    internal static (uint A, uint B, uint C, uint D) Philox(uint c0, uint c1, ulong seed)
    {
        uint c2 = 0, c3 = 0, k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong first = 0xD2511F53ul * c0, second = 0xCD9E8D57ul * c2;
            (c0, c1, c2, c3) = ((uint)(second >> 32) ^ c1 ^ k0, (uint)second, (uint)(first >> 32) ^ c3 ^ k1, (uint)first);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }
}

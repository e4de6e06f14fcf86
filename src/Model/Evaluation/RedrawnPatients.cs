using System.Runtime.CompilerServices;
using ChestXray.Kernels;

namespace ChestXray.Model.Evaluation;

/// <summary>Which patients a bootstrap draw holds and how often: a pure function of seed and draw.</summary>
/// <remarks>
/// Philox 4x32-10 (Salmon et al., SC 2011): key = seed, counter = (block of four patients, draw). Sixteen draws lie side by
/// side, so that one vector holds one patient's weight in all of them.
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(Span<int> weights, int patients, ulong seed, int firstDraw)
    {
        weights[..(patients * Lanes)].Clear();
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int first = 0; first < patients; first += 4)
            {
                PhiloxBlock words = Philox4x32.Generate(
                    (uint)first / 4, (uint)(firstDraw + lane), 0, 0, (uint)seed, (uint)(seed >> 32));
                Add(weights, words.X, patients, lane);
                if (first + 1 < patients)
                    Add(weights, words.Y, patients, lane);
                if (first + 2 < patients)
                    Add(weights, words.Z, patients, lane);
                if (first + 3 < patients)
                    Add(weights, words.W, patients, lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Span<int> weights, uint word, int patients, int lane) =>
        weights[(int)((ulong)word * (uint)patients >> 32) * Lanes + lane]++;
}

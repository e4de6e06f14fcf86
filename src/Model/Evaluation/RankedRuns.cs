using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChestXray.Model.Evaluation;

/// <summary>One finding's images in falling order of probability, cut into runs, to be counted again under many weights.</summary>
/// <remarks>
/// Sorting once and weighting afterwards makes a draw a single pass. A run is: negatives whose probability no positive shares, then
/// one probability's negatives and positives. Runs end at the threshold too, so that the counts there fall out on the way.
/// </remarks>
internal sealed class RankedRuns
{
    private const int Lanes = RedrawnPatients.Lanes;

    private readonly int[] _patients;
    private readonly List<(int Negatives, int Tied, int Positives, bool IsAbove)> _runs = [];

    /// <summary>Sorts and cuts.</summary>
    /// <param name="probabilities">By image.</param>
    /// <param name="labels">By image.</param>
    /// <param name="patients">The patient's position by image.</param>
    /// <param name="threshold">Images above it are counted apart.</param>
    public RankedRuns(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels, ReadOnlySpan<int> patients, double threshold)
    {
        double[] keys = probabilities.ToArray();
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        Array.Reverse(keys);
        Array.Reverse(order);
        _patients = new int[keys.Length];
        int negatives = 0, written = 0;
        for (int start = 0, end; start < keys.Length; start = end)
        {
            for (end = start + 1; end < keys.Length && keys[end] == keys[start]; end++)
            {
            }

            int tied = 0;
            foreach (bool sign in (ReadOnlySpan<bool>)[false, true])
            {
                for (int i = start; i < end; i++)
                {
                    if (labels[order[i]] != sign)
                        continue;
                    _patients[written++] = patients[order[i]];
                    tied += sign ? 0 : 1;
                }
            }

            bool isAbove = keys[start] > threshold, isLast = end == keys.Length || keys[end] > threshold != isAbove;
            int positives = end - start - tied;
            if (positives == 0 && !isLast)
            {
                negatives += tied;
                continue;
            }

            _runs.Add(positives == 0 ? (negatives + tied, 0, 0, isAbove) : (negatives, tied, positives, isAbove));
            negatives = 0;
        }
    }

    /// <summary>Counts one block of draws.</summary>
    /// <param name="weights">Patients x 16.</param>
    /// <param name="results">One per lane; filled.</param>
    /// <param name="useVectors">False takes the scalar body, the specification of the other.</param>
    public void Count(ReadOnlySpan<int> weights, Span<WeightedScores> results, bool useVectors)
    {
        Span<int> trues = stackalloc int[Lanes], falses = stackalloc int[Lanes], before = stackalloc int[Lanes], gained = stackalloc int[Lanes];
        Span<double> misordered = stackalloc double[Lanes], precision = stackalloc double[Lanes];
        trues.Clear();
        falses.Clear();
        misordered.Clear();
        precision.Clear();
        results.Clear();
        ReadOnlySpan<int> rest = _patients;
        foreach ((int negatives, int tied, int positives, bool isAbove) in _runs)
        {
            Add(falses, rest[..negatives], weights, useVectors);
            falses.CopyTo(before);
            Add(falses, rest.Slice(negatives, tied), weights, useVectors);
            gained.Clear();
            Add(gained, rest.Slice(negatives + tied, positives), weights, useVectors);
            rest = rest[(negatives + tied + positives)..];
            for (int lane = 0; lane < Lanes; lane++)
            {
                trues[lane] += gained[lane];
                misordered[lane] += (double)gained[lane] * ((long)before[lane] + falses[lane]);
                if (gained[lane] > 0)
                    precision[lane] += gained[lane] * ((double)trues[lane] / (trues[lane] + falses[lane]));
                if (isAbove)
                    results[lane] = new(0, 0, trues[lane], falses[lane], 0, 0);
            }
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            double positives = trues[lane], negatives = falses[lane];
            results[lane] = results[lane] with
            {
                RocAuc = positives > 0 && negatives > 0 ? 1 - misordered[lane] / (2 * positives * negatives) : double.NaN,
                AveragePrecision = positives > 0 ? precision[lane] / positives : double.NaN,
                Positives = trues[lane],
                Negatives = falses[lane],
            };
        }
    }

    private static void Add(Span<int> sums, ReadOnlySpan<int> patients, ReadOnlySpan<int> weights, bool useVectors)
    {
        if (!useVectors)
        {
            foreach (int patient in patients)
            {
                for (int lane = 0; lane < Lanes; lane++)
                    sums[lane] += weights[patient * Lanes + lane];
            }

            return;
        }

        ref int first = ref MemoryMarshal.GetReference(weights);
        Vector256<int> low = Vector256.Create<int>(sums), high = Vector256.Create<int>(sums[8..]);
        foreach (int patient in patients)
        {
            ref int row = ref Unsafe.Add(ref first, patient * Lanes);
            low += Vector256.LoadUnsafe(ref row);
            high += Vector256.LoadUnsafe(ref row, 8);
        }

        low.CopyTo(sums);
        high.CopyTo(sums[8..]);
    }
}

using System.Runtime.Intrinsics;

namespace ChestXray.Model.Evaluation;

/// <summary>The test set drawn again and again, patient by patient with replacement. Deterministic for any number of threads.</summary>
internal static class PatientBootstrap
{
    /// <summary>Measures every draw.</summary>
    /// <param name="predictions">With image facts.</param>
    /// <param name="thresholds">By finding.</param>
    /// <param name="draws">At least one.</param>
    /// <param name="seed">The same seed gives the same patients in each draw, for other predictions of the same images too.</param>
    /// <param name="useVectors">Null for what the machine has.</param>
    /// <returns>By finding, then by draw.</returns>
    public static WeightedScores[][] Run(
        Predictions predictions, IReadOnlyList<double> thresholds, int draws, ulong seed, bool? useVectors = null)
    {
        int[] patients = Positions(predictions, out int count);
        RankedRuns[] findings = new RankedRuns[predictions.Findings.Count];
        Parallel.For(0, findings.Length, i =>
            findings[i] = new(predictions.Probabilities(i), predictions.Labels(i), patients, thresholds[i]));

        bool vectors = useVectors ?? Vector256.IsHardwareAccelerated;
        WeightedScores[][] results = [.. findings.Select(_ => new WeightedScores[draws])];
        int blocks = (draws + RedrawnPatients.Lanes - 1) / RedrawnPatients.Lanes;
        Parallel.For(
            0, blocks, () => new int[count * RedrawnPatients.Lanes],
            (block, _, weights) =>
            {
                RunBlock(findings, results, weights, count, seed, block * RedrawnPatients.Lanes, vectors);
                return weights;
            },
            _ => { });
        return results;
    }

    /// <summary>The middle 95 % of the draws that are defined; null where more than a tenth is not.</summary>
    /// <param name="draws">In any order; NaN where undefined.</param>
    public static Interval? Middle(IEnumerable<double> draws)
    {
        double[] all = [.. draws];
        double[] values = [.. all.Where(value => !double.IsNaN(value)).Order()];
        return values.Length == 0 || values.Length < 0.9 * all.Length ? null : new(Percentile(values, .025), Percentile(values, .975));
    }

    private static void RunBlock(
        RankedRuns[] findings, WeightedScores[][] results, int[] weights, int patients, ulong seed, int firstDraw, bool vectors)
    {
        RedrawnPatients.Fill(weights, patients, seed, firstDraw);
        Span<WeightedScores> lanes = stackalloc WeightedScores[RedrawnPatients.Lanes];
        for (int finding = 0; finding < findings.Length; finding++)
        {
            findings[finding].Count(weights, lanes, vectors);
            int wanted = Math.Min(RedrawnPatients.Lanes, results[finding].Length - firstDraw);
            lanes[..wanted].CopyTo(results[finding].AsSpan(firstDraw));
        }
    }

    private static int[] Positions(Predictions predictions, out int count)
    {
        Dictionary<int, int> seen = [];
        int[] positions = new int[predictions.Count];
        for (int i = 0; i < positions.Length; i++)
        {
            int patient = predictions.Images![i].PatientId;
            if (!seen.TryGetValue(patient, out positions[i]))
                seen.Add(patient, positions[i] = seen.Count);
        }

        count = seen.Count;
        return positions;
    }

    /// <summary>Linear between neighbours, as NumPy's `percentile`.</summary>
    private static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}

using System.Runtime.Intrinsics;

namespace ChestXray.Model.Evaluation;

/// <summary>A set drawn again and again, patient by patient with replacement. Deterministic for any number of threads.</summary>
internal static class PatientBootstrap
{
    /// <summary>Measures every draw.</summary>
    /// <param name="predictions">With image facts.</param>
    /// <param name="points">Thresholds: by point, then by finding.</param>
    /// <param name="means">Values by image whose mean is drawn too.</param>
    /// <param name="draws">At least one.</param>
    /// <param name="seed">
    /// The same seed gives the same patients in each draw, for other predictions of the same images too.
    /// </param>
    /// <param name="useVectors">Null for what the machine has.</param>
    public static DrawnScores Run(
        Predictions predictions, IReadOnlyList<double[]> points, IReadOnlyList<double[]> means, int draws, ulong seed,
        bool? useVectors = null)
    {
        int[] patients = Positions(predictions, out int count);
        RankedRuns[] findings = new RankedRuns[predictions.Findings.Count];
        CalibrationSums[] calibrations = new CalibrationSums[findings.Length];
        Parallel.For(0, findings.Length, i =>
        {
            ReadOnlySpan<double> probabilities = predictions.Probabilities(i);
            findings[i] = new(probabilities, predictions.Labels(i), patients, [.. points.Select(point => point[i])]);
            calibrations[i] = new(probabilities, predictions.Labels(i), patients);
        });

        bool vectors = useVectors ?? Vector256.IsHardwareAccelerated;
        DrawnScores drawn = new(findings.Length, points.Count, means.Count, draws);
        PatientSums[] sums = [new([], patients), .. means.Select(values => new PatientSums(values, patients))];
        int blocks = (draws + RedrawnPatients.Lanes - 1) / RedrawnPatients.Lanes;
        Parallel.For(
            0, blocks, () => new int[count * RedrawnPatients.Lanes],
            (block, _, weights) =>
            {
                int firstDraw = block * RedrawnPatients.Lanes;
                RedrawnPatients.Fill(weights, count, seed, firstDraw);
                for (int finding = 0; finding < findings.Length; finding++)
                    drawn.Measure(finding, firstDraw, findings[finding], calibrations[finding], weights, vectors);
                drawn.MeasureMeans(firstDraw, sums, weights, vectors);
                return weights;
            },
            _ => { });
        return drawn;
    }

    /// <summary>95 % intervals of means over images.</summary>
    /// <param name="predictions">With image facts.</param>
    /// <param name="means">By mean, then by image.</param>
    /// <param name="draws">At least one.</param>
    /// <param name="seed">As for <see cref="Run"/>.</param>
    public static Interval?[] OfMeans(Predictions predictions, IReadOnlyList<double[]> means, int draws, ulong seed)
    {
        int[] patients = Positions(predictions, out int count);
        DrawnScores drawn = new(0, 0, means.Count, draws);
        PatientSums[] sums = [new([], patients), .. means.Select(values => new PatientSums(values, patients))];
        int[] weights = new int[count * RedrawnPatients.Lanes];
        for (int firstDraw = 0; firstDraw < draws; firstDraw += RedrawnPatients.Lanes)
        {
            RedrawnPatients.Fill(weights, count, seed, firstDraw);
            drawn.MeasureMeans(firstDraw, sums, weights, Vector256.IsHardwareAccelerated);
        }

        return [.. Enumerable.Range(0, means.Count).Select(mean => Middle(drawn.Mean(mean)))];
    }

    /// <summary>The middle 95 % of the draws that are defined; null where more than a tenth is not.</summary>
    /// <param name="draws">In any order; NaN where undefined.</param>
    public static Interval? Middle(IEnumerable<double> draws)
    {
        double[] all = [.. draws];
        double[] values = Array.FindAll(all, value => !double.IsNaN(value));
        Array.Sort(values);
        return values.Length == 0 || values.Length < 0.9 * all.Length
            ? null : new(Percentile(values, .025), Percentile(values, .975));
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

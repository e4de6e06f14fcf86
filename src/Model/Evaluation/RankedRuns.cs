using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChestXray.Model.Evaluation;

/// <summary>
/// One finding's images in falling order of probability, cut into runs, to be counted again under many weights.
/// </summary>
/// <remarks>
/// Sorting once and weighting afterwards makes a draw a single pass. A run is: negatives whose probability no positive shares,
/// then one probability's negatives and positives. Runs also end at each threshold and at each of Keras' buckets, so that the
/// counts there fall out on the way. The bodies of the loops are compiled for speed at once: a command line measures one set
/// and ends.
/// </remarks>
internal sealed class RankedRuns
{
    private const int Lanes = RedrawnPatients.Lanes;

    private readonly int[] _patients;
    private readonly List<Run> _runs = [];
    private readonly int[] _order;
    private readonly int[] _runsAbove;

    /// <summary>Sorts and cuts.</summary>
    /// <param name="probabilities">By image.</param>
    /// <param name="labels">By image.</param>
    /// <param name="patients">The patient's position by image.</param>
    /// <param name="thresholds">Images above each are counted apart.</param>
    public RankedRuns(
        ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels, ReadOnlySpan<int> patients, ReadOnlySpan<double> thresholds)
    {
        double[] keys = probabilities.ToArray();
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        Array.Reverse(keys);
        Array.Reverse(order);
        _patients = new int[keys.Length];
        double[] cuts = thresholds.ToArray();
        double[] runEnds = Cut(keys, order, labels, patients, [.. cuts.Order()]);
        _runsAbove = [.. cuts.Select(cut => runEnds.Count(value => value > cut))];
        _order = [.. Enumerable.Range(0, cuts.Length).OrderBy(point => _runsAbove[point])];
    }

    /// <summary>Counts one block of draws.</summary>
    /// <param name="weights">Patients x 16.</param>
    /// <param name="results">One per lane; filled.</param>
    /// <param name="points">Thresholds x 16: the counts above each; filled.</param>
    /// <param name="useVectors">False takes the scalar body, the specification of the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Count(ReadOnlySpan<int> weights, Span<WeightedScores> results, Span<PointCounts> points, bool useVectors)
    {
        Span<int> trues = stackalloc int[Lanes], falses = stackalloc int[Lanes], before = stackalloc int[Lanes],
            gained = stackalloc int[Lanes];
        Span<int> bucketTrues = stackalloc int[Lanes], bucketFalses = stackalloc int[Lanes];
        Span<double> misordered = stackalloc double[Lanes], precision = stackalloc double[Lanes],
            bucketed = stackalloc double[Lanes];
        trues.Clear();
        falses.Clear();
        bucketTrues.Clear();
        bucketFalses.Clear();
        misordered.Clear();
        precision.Clear();
        bucketed.Clear();
        ReadOnlySpan<int> rest = _patients;
        int point = 0;
        for (int number = 0; number < _runs.Count; number++)
        {
            for (; point < _order.Length && _runsAbove[_order[point]] == number; point++)
                Store(points.Slice(_order[point] * Lanes, Lanes), trues, falses);
            Run run = _runs[number];
            Add(falses, rest[..run.Negatives], weights, useVectors);
            falses.CopyTo(before);
            Add(falses, rest.Slice(run.Negatives, run.Tied), weights, useVectors);
            gained.Clear();
            Add(gained, rest.Slice(run.Negatives + run.Tied, run.Positives), weights, useVectors);
            rest = rest[(run.Negatives + run.Tied + run.Positives)..];
            for (int lane = 0; lane < Lanes; lane++)
            {
                trues[lane] += gained[lane];
                misordered[lane] += (double)gained[lane] * ((long)before[lane] + falses[lane]);
                if (gained[lane] > 0)
                    precision[lane] += gained[lane] * ((double)trues[lane] / (trues[lane] + falses[lane]));
            }

            if (!run.EndsBucket)
                continue;
            for (int lane = 0; lane < Lanes; lane++)
                bucketed[lane] += (double)(falses[lane] - bucketFalses[lane]) * ((long)trues[lane] + bucketTrues[lane]);
            trues.CopyTo(bucketTrues);
            falses.CopyTo(bucketFalses);
        }

        for (; point < _order.Length; point++)
            Store(points.Slice(_order[point] * Lanes, Lanes), trues, falses);
        for (int lane = 0; lane < Lanes; lane++)
        {
            double positives = trues[lane], negatives = falses[lane];
            bool hasBoth = positives > 0 && negatives > 0;
            results[lane] = results[lane] with
            {
                RocAuc = hasBoth ? 1 - misordered[lane] / (2 * positives * negatives) : double.NaN,
                AveragePrecision = positives > 0 ? precision[lane] / positives : double.NaN,
                KerasAuc200 = hasBoth ? bucketed[lane] / (2 * positives * negatives) : 0,
                Positives = trues[lane],
                Negatives = falses[lane],
            };
        }
    }

    /// <summary>Fills the runs and the patients in their order; gives each run's lowest probability.</summary>
    private double[] Cut(double[] keys, int[] order, ReadOnlySpan<bool> labels, ReadOnlySpan<int> patients, double[] cuts)
    {
        List<double> ends = [];
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

            bool isLast = end == keys.Length;
            bool endsBucket = isLast || KerasAuc.Bucket(keys[end]) != KerasAuc.Bucket(keys[start]);
            bool endsPoint = !isLast && CutsBelow(cuts, keys[end]) != CutsBelow(cuts, keys[start]);
            int positives = end - start - tied;
            if (positives == 0 && !endsBucket && !endsPoint)
            {
                negatives += tied;
                continue;
            }

            _runs.Add(positives == 0 ? new(negatives + tied, 0, 0, endsBucket) : new(negatives, tied, positives, endsBucket));
            ends.Add(keys[start]);
            negatives = 0;
        }

        return [.. ends];
    }

    private static int CutsBelow(double[] sorted, double value)
    {
        int count = 0;
        while (count < sorted.Length && sorted[count] < value)
            count++;
        return count;
    }

    private static void Store(Span<PointCounts> points, ReadOnlySpan<int> trues, ReadOnlySpan<int> falses)
    {
        for (int lane = 0; lane < Lanes; lane++)
            points[lane] = new(trues[lane], falses[lane]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    private readonly record struct Run(int Negatives, int Tied, int Positives, bool EndsBucket);
}

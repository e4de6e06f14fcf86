namespace ChestXray.Model.Evaluation;

/// <summary>What every bootstrap draw gave. Filled by several threads, each draw by one.</summary>
internal sealed class DrawnScores
{
    private const int Lanes = RedrawnPatients.Lanes;

    private readonly WeightedScores[][] _scores;
    private readonly PointCounts[][][] _points;
    private readonly double[][] _means;

    /// <summary>Room for the results.</summary>
    public DrawnScores(int findings, int points, int means, int draws)
    {
        Draws = draws;
        _scores = [.. Enumerable.Range(0, findings).Select(_ => new WeightedScores[draws])];
        _points = [.. _scores.Select(_ => Enumerable.Range(0, points).Select(_ => new PointCounts[draws]).ToArray())];
        _means = [.. Enumerable.Range(0, means).Select(_ => new double[draws])];
    }

    /// <summary>How many there are.</summary>
    public int Draws { get; }

    /// <summary>How many findings each holds.</summary>
    public int Findings => _scores.Length;

    /// <summary>One finding's figures by draw.</summary>
    public WeightedScores[] Scores(int finding) => _scores[finding];

    /// <summary>One finding's counts at one threshold in one draw.</summary>
    public ThresholdCounts Counts(int finding, int point, int draw) => _scores[finding][draw].At(_points[finding][point][draw]);

    /// <summary>The counts of all findings together at each one's threshold.</summary>
    public ThresholdCounts AllCounts(int point, int draw)
    {
        ThresholdCounts sum = default;
        for (int finding = 0; finding < Findings; finding++)
            sum += Counts(finding, point, draw);
        return sum;
    }

    /// <summary>A mean over images by draw.</summary>
    public double[] Mean(int number) => _means[number];

    /// <summary>Counts one finding in sixteen draws.</summary>
    public void Measure(int finding, int firstDraw, RankedRuns runs, CalibrationSums calibration, ReadOnlySpan<int> weights,
        bool useVectors)
    {
        Span<WeightedScores> lanes = stackalloc WeightedScores[Lanes];
        Span<PointCounts> points = new PointCounts[_points[finding].Length * Lanes];
        runs.Count(weights, lanes, points, useVectors);
        calibration.Measure(weights, lanes, useVectors);
        int wanted = Math.Min(Lanes, Draws - firstDraw);
        lanes[..wanted].CopyTo(_scores[finding].AsSpan(firstDraw));
        for (int point = 0; point < _points[finding].Length; point++)
            points.Slice(point * Lanes, wanted).CopyTo(_points[finding][point].AsSpan(firstDraw));
    }

    /// <summary>Means over images in sixteen draws.</summary>
    /// <param name="firstDraw">The first lane's draw.</param>
    /// <param name="sums">How many images there are, then one for each mean.</param>
    /// <param name="weights">Patients x 16.</param>
    /// <param name="useVectors">As everywhere.</param>
    public void MeasureMeans(int firstDraw, PatientSums[] sums, ReadOnlySpan<int> weights, bool useVectors)
    {
        Span<double> images = stackalloc double[Lanes], values = stackalloc double[Lanes];
        sums[0].Sum(weights, images, useVectors);
        for (int mean = 0; mean < _means.Length; mean++)
        {
            sums[mean + 1].Sum(weights, values, useVectors);
            for (int lane = 0; lane < Math.Min(Lanes, Draws - firstDraw); lane++)
                _means[mean][firstDraw + lane] = values[lane] / images[lane];
        }
    }
}

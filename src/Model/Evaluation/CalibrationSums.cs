namespace ChestXray.Model.Evaluation;

/// <summary>One finding's calibration, to be measured again under many weights.</summary>
internal sealed class CalibrationSums
{
    private const int Lanes = RedrawnPatients.Lanes;

    private readonly PatientSums[] _distances;
    private readonly PatientSums _squares;

    /// <summary>Gathers distances between probability and label by bin and patient.</summary>
    public CalibrationSums(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels, ReadOnlySpan<int> patients)
    {
        double[] distances = new double[labels.Length], squares = new double[labels.Length];
        List<int>[] rows = [.. Enumerable.Range(0, Calibration.BinCount).Select(_ => new List<int>())];
        for (int i = 0; i < labels.Length; i++)
        {
            distances[i] = probabilities[i] - (labels[i] ? 1 : 0);
            squares[i] = distances[i] * distances[i];
            rows[Calibration.BinOf(probabilities[i])].Add(i);
        }

        _squares = new(squares, patients);
        _distances = new PatientSums[Calibration.BinCount];
        for (int bin = 0; bin < _distances.Length; bin++)
            _distances[bin] = new(distances, patients, rows[bin]);
    }

    /// <summary>Fills error and score of sixteen draws whose images are counted already.</summary>
    public void Measure(ReadOnlySpan<int> weights, Span<WeightedScores> results, bool useVectors)
    {
        Span<double> sums = stackalloc double[Lanes], errors = stackalloc double[Lanes];
        errors.Clear();
        foreach (PatientSums bin in _distances)
        {
            bin.Sum(weights, sums, useVectors);
            for (int lane = 0; lane < Lanes; lane++)
                errors[lane] += Math.Abs(sums[lane]);
        }

        _squares.Sum(weights, sums, useVectors);
        for (int lane = 0; lane < Lanes; lane++)
        {
            double images = (double)results[lane].Positives + results[lane].Negatives;
            results[lane] = results[lane] with { CalibrationError = errors[lane] / images, BrierScore = sums[lane] / images };
        }
    }
}

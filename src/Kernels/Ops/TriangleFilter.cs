namespace ChestXray.Kernels.Ops;

/// <summary>The weights of an antialiased bilinear resize along one axis, one after the other; each set sums to 1.</summary>
internal sealed class TriangleFilter
{
    private readonly int[] _first, _count;
    private readonly double[] _weights;
    private readonly int _most;

    public TriangleFilter(int length, int outputLength)
    {
        double scale = (double)length / outputLength, radius = Math.Max(scale, 1);
        _most = (int)Math.Ceiling(radius * 2) + 2;
        (_first, _count, _weights) = (new int[outputLength], new int[outputLength], new double[outputLength * _most]);
        for (int i = 0; i < outputLength; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max((int)Math.Floor(centre - radius), 0), end = Math.Min((int)Math.Ceiling(centre + radius), length);
            Span<double> weights = _weights.AsSpan(i * _most, end - first);
            double sum = 0;
            for (int j = 0; j < weights.Length; j++)
                sum += weights[j] = Math.Max(0, 1 - Math.Abs((first + j + 0.5 - centre) / radius));
            for (int j = 0; j < weights.Length; j++)
                weights[j] /= sum;
            (_first[i], _count[i]) = (first, weights.Length);
        }
    }

    public ReadOnlySpan<double> Weights(int output, out int first)
    {
        first = _first[output];
        return _weights.AsSpan(output * _most, _count[output]);
    }
}

using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Quality;

/// <summary>
/// The direction in which a kind of picture differs most from its counterparts, measured in the spread of pictures along it:
/// Fisher's linear discriminant, learnt from a sample of the set and shrunk towards the plain mean where the sample is small.
/// </summary>
internal static class FisherTemplate
{
    /// <summary>Solves (covariance + shrinkage) w = mean, scaled so that the spread along w is 1.</summary>
    /// <param name="covariance">Within the kind, size x size; changed.</param>
    /// <param name="mean">What the kind has on average, where its counterparts have the opposite or nothing.</param>
    /// <param name="shrink">0 to 1: how far the covariance is drawn towards a multiple of the identity.</param>
    public static double[] Solve(double[] covariance, double[] mean, double shrink)
    {
        int size = mean.Length;
        double trace = 0;
        for (int i = 0; i < size; i++)
            trace += covariance[(i * size) + i];
        for (int i = 0; i < covariance.Length; i++)
            covariance[i] *= 1 - shrink;
        for (int i = 0; i < size; i++)
            covariance[(i * size) + i] += (shrink * trace / size) + 1e-12;
        double[] original = (double[])covariance.Clone(), template = (double[])mean.Clone();
        Factor(covariance, size);
        Substitute(covariance, template, size);
        double variance = 0;
        for (int i = 0; i < size; i++)
        {
            double sum = 0;
            for (int j = 0; j < size; j++)
                sum += original[(i * size) + j] * template[j];
            variance += template[i] * sum;
        }

        double scale = variance > 0 ? 1 / Math.Sqrt(variance) : 0;
        for (int i = 0; i < size; i++)
            template[i] *= scale;
        return template;
    }

    /// <summary>Cholesky's factor in the lower triangle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Factor(double[] matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[(i * size) + j];
                for (int k = 0; k < j; k++)
                    sum -= matrix[(i * size) + k] * matrix[(j * size) + k];
                matrix[(i * size) + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-15)) : sum / matrix[(j * size) + j];
            }
        }
    }

    private static void Substitute(double[] lower, double[] values, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int k = 0; k < i; k++)
                values[i] -= lower[(i * size) + k] * values[k];
            values[i] /= lower[(i * size) + i];
        }

        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < size; k++)
                values[i] -= lower[(k * size) + i] * values[k];
            values[i] /= lower[(i * size) + i];
        }
    }
}

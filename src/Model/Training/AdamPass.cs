using System.Numerics;
using ChestXray.Model.Networks;

namespace ChestXray.Model.Training;

/// <summary>
/// The optimiser's arithmetic on the CPU in float32: each value is read and written once in a step, on every thread.
/// </summary>
/// <remarks>
/// Ranges are dealt to the threads by number, and sums are added in their order: equal inputs and thread counts give equal
/// bits.
/// </remarks>
internal static unsafe class AdamPass
{
    private const float OneMinusBeta1 = 0.1f, OneMinusBeta2 = 0.001f, Epsilon = 1e-7f;

    /// <summary>m += (g - m)(1 - b1); v += (g^2 - v)(1 - b2); w -= m alpha / (sqrt(v) + epsilon).</summary>
    /// <param name="gradients">g.</param>
    /// <param name="mean">m.</param>
    /// <param name="variance">v.</param>
    /// <param name="values">w.</param>
    /// <param name="count">Of each.</param>
    /// <param name="alpha">The step's corrected rate.</param>
    /// <param name="threads">Threads, from 1.</param>
    public static void Step(float* gradients, float* mean, float* variance, float* values, long count, float alpha,
        int threads) =>
        Threads.Run(threads, part =>
        {
            (long i, long last) = Threads.Share(count, part, threads);
            Vector<float> share1 = new(OneMinusBeta1), share2 = new(OneMinusBeta2), epsilon = new(Epsilon), step = new(alpha);
            for (; i <= last - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> g = Vector.Load(gradients + i), m = Vector.Load(mean + i), v = Vector.Load(variance + i);
                m += (g - m) * share1;
                v += (g * g - v) * share2;
                m.Store(mean + i);
                v.Store(variance + i);
                (Vector.Load(values + i) - m * step / (Vector.SquareRoot(v) + epsilon)).Store(values + i);
            }

            for (; i < last; i++)
            {
                mean[i] += (gradients[i] - mean[i]) * OneMinusBeta1;
                variance[i] += (gradients[i] * gradients[i] - variance[i]) * OneMinusBeta2;
                values[i] -= mean[i] * alpha / (MathF.Sqrt(variance[i]) + Epsilon);
            }
        });

    /// <summary>The root of the sum of squares, summed in double.</summary>
    /// <param name="values">What is squared.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">Threads, from 1.</param>
    public static double Norm(float* values, long count, int threads)
    {
        double* sums = stackalloc double[threads];
        Threads.Run(threads, part =>
        {
            (long i, long last) = Threads.Share(count, part, threads);
            Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
            for (; i <= last - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(Vector.Load(values + i), out Vector<double> a, out Vector<double> b);
                low += a * a;
                high += b * b;
            }

            double sum = Vector.Sum(low + high);
            for (; i < last; i++)
                sum += (double)values[i] * values[i];
            sums[part] = sum;
        });
        double all = 0;
        for (int part = 0; part < threads; part++)
            all += sums[part];
        return double.Sqrt(all);
    }
}

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>The inner loops of <see cref="DirectConvolution{T}"/>, written out so that the sums stay in registers.</summary>
internal static unsafe class DirectRows<T> where T : struct, ILanes<T>
{
    private const int Kernel = ConvolutionShape.Kernel;

    /// <summary>Twelve neighbouring outputs of one row.</summary>
    /// <param name="x">The first output's upper left pixel.</param>
    /// <param name="line">Pixels from one row to the next.</param>
    /// <param name="kernel">The first tap's vector.</param>
    /// <param name="step">Floats from one tap to the next.</param>
    /// <param name="sums">12 vectors, written.</param>
    public static void Twelve(float* x, int line, float* kernel, nint step, float* sums)
    {
        T s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default,
            s8 = default, s9 = default, s10 = default, s11 = default;
        for (int row = 0; row < Kernel; row++, x += line)
        {
            for (int column = 0; column < Kernel; column++, kernel += step)
            {
                T tap = T.Load(kernel);
                float* at = x + column;
                s0 = T.Add(T.Broadcast(at[0]), tap, s0);
                s1 = T.Add(T.Broadcast(at[1]), tap, s1);
                s2 = T.Add(T.Broadcast(at[2]), tap, s2);
                s3 = T.Add(T.Broadcast(at[3]), tap, s3);
                s4 = T.Add(T.Broadcast(at[4]), tap, s4);
                s5 = T.Add(T.Broadcast(at[5]), tap, s5);
                s6 = T.Add(T.Broadcast(at[6]), tap, s6);
                s7 = T.Add(T.Broadcast(at[7]), tap, s7);
                s8 = T.Add(T.Broadcast(at[8]), tap, s8);
                s9 = T.Add(T.Broadcast(at[9]), tap, s9);
                s10 = T.Add(T.Broadcast(at[10]), tap, s10);
                s11 = T.Add(T.Broadcast(at[11]), tap, s11);
            }
        }

        s0.Store(sums);
        s1.Store(sums + T.Count);
        s2.Store(sums + 2 * T.Count);
        s3.Store(sums + 3 * T.Count);
        s4.Store(sums + 4 * T.Count);
        s5.Store(sums + 5 * T.Count);
        s6.Store(sums + 6 * T.Count);
        s7.Store(sums + 7 * T.Count);
        s8.Store(sums + 8 * T.Count);
        s9.Store(sums + 9 * T.Count);
        s10.Store(sums + 10 * T.Count);
        s11.Store(sums + 11 * T.Count);
    }

    /// <summary>
    /// Adds a row's products to the gradient of seven taps: tap[j] += sum over columns of x[column + j] slope[column].
    /// </summary>
    /// <param name="x">Pixels, 6 more than columns.</param>
    /// <param name="slope">Vectors.</param>
    /// <param name="columns">An even number.</param>
    /// <param name="taps">The first tap's vector, added to.</param>
    /// <param name="step">Floats from one tap to the next.</param>
    public static void AddTaps(float* x, float* slope, int columns, float* taps, nint step)
    {
        // Two sums for each tap: seven chains alone would wait for each other.
        T a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default,
            a4 = default, b4 = default, a5 = default, b5 = default, a6 = default, b6 = default;
        for (int column = 0; column < columns; column += 2, x += 2, slope += 2 * T.Count)
        {
            T even = T.Load(slope), odd = T.Load(slope + T.Count);
            a0 = T.Add(T.Broadcast(x[0]), even, a0);
            b0 = T.Add(T.Broadcast(x[1]), odd, b0);
            a1 = T.Add(T.Broadcast(x[1]), even, a1);
            b1 = T.Add(T.Broadcast(x[2]), odd, b1);
            a2 = T.Add(T.Broadcast(x[2]), even, a2);
            b2 = T.Add(T.Broadcast(x[3]), odd, b2);
            a3 = T.Add(T.Broadcast(x[3]), even, a3);
            b3 = T.Add(T.Broadcast(x[4]), odd, b3);
            a4 = T.Add(T.Broadcast(x[4]), even, a4);
            b4 = T.Add(T.Broadcast(x[5]), odd, b4);
            a5 = T.Add(T.Broadcast(x[5]), even, a5);
            b5 = T.Add(T.Broadcast(x[6]), odd, b5);
            a6 = T.Add(T.Broadcast(x[6]), even, a6);
            b6 = T.Add(T.Broadcast(x[7]), odd, b6);
        }

        (T.Load(taps) + (a0 + b0)).Store(taps);
        (T.Load(taps + step) + (a1 + b1)).Store(taps + step);
        (T.Load(taps + 2 * step) + (a2 + b2)).Store(taps + 2 * step);
        (T.Load(taps + 3 * step) + (a3 + b3)).Store(taps + 3 * step);
        (T.Load(taps + 4 * step) + (a4 + b4)).Store(taps + 4 * step);
        (T.Load(taps + 5 * step) + (a5 + b5)).Store(taps + 5 * step);
        (T.Load(taps + 6 * step) + (a6 + b6)).Store(taps + 6 * step);
    }
}

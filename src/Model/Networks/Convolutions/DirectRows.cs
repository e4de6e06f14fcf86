using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// The inner loops of <see cref="DirectConvolution{T}"/> over <see cref="TapPlanes"/>, written out so that the sums stay in
/// registers.
/// </summary>
internal static unsafe class DirectRows<T> where T : struct, ILanes<T>
{
    /// <summary>Twelve neighbouring outputs of one row, as far as one kind of planes gives them.</summary>
    /// <param name="planes">The first output's planes of one kind along the columns.</param>
    /// <param name="rowStride">Floats from one row of planes to the next.</param>
    /// <param name="length">Floats from one kind along the rows to the next.</param>
    /// <param name="rows">Rows of taps.</param>
    /// <param name="taps">The first tap's vector.</param>
    /// <param name="step">Floats from one tap to the next.</param>
    /// <param name="sums">12 vectors, written.</param>
    public static void Twelve(float* planes, nint rowStride, nint length, int rows, float* taps, nint step, float* sums)
    {
        if (T.Count == 16)
        {
            SixPairs(planes, rowStride, length, rows, taps, step, sums);
            return;
        }

        // With sixteen registers.
        ThreePairs(planes, rowStride, length, rows, taps, step, sums);
        ThreePairs(planes + 3, rowStride, length, rows, taps, step, sums + 6 * T.Count);
    }

    /// <summary>
    /// Adds a row's products to the gradients of the eleven taps of a row: tap[j] += sum over columns of
    /// plane[column + j] slope[column].
    /// </summary>
    /// <param name="planes">The first output's planes of one kind along the columns, in the row that the taps meet.</param>
    /// <param name="length">Floats from one kind along the rows to the next.</param>
    /// <param name="slopes">Vectors of the first kind, then of the second, then of the third.</param>
    /// <param name="slopeStride">Floats from one kind to the next.</param>
    /// <param name="columns">How many.</param>
    /// <param name="taps">The first tap's vector, added to.</param>
    /// <param name="step">Floats from one tap to the next.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddTaps(
        float* planes, nint length, float* slopes, nint slopeStride, int columns, float* taps, nint step)
    {
        float* both = planes, first = planes + length, second = first + length;
        T m0 = default, m1 = default, m2 = default, m3 = default, a0 = default, a1 = default, a2 = default, a3 = default;
        T b0 = default, b1 = default, b2 = default;
        for (int column = 0; column < columns; column++, both++, first++, second++, slopes += T.Count)
        {
            T slope = T.Load(slopes);
            m0 = T.Add(T.Broadcast(both[0]), slope, m0);
            m1 = T.Add(T.Broadcast(both[1]), slope, m1);
            m2 = T.Add(T.Broadcast(both[2]), slope, m2);
            m3 = T.Add(T.Broadcast(both[3]), slope, m3);
            slope = T.Load(slopes + slopeStride);
            a0 = T.Add(T.Broadcast(first[0]), slope, a0);
            a1 = T.Add(T.Broadcast(first[1]), slope, a1);
            a2 = T.Add(T.Broadcast(first[2]), slope, a2);
            a3 = T.Add(T.Broadcast(first[3]), slope, a3);
            slope = T.Load(slopes + 2 * slopeStride);
            b0 = T.Add(T.Broadcast(second[0]), slope, b0);
            b1 = T.Add(T.Broadcast(second[1]), slope, b1);
            b2 = T.Add(T.Broadcast(second[2]), slope, b2);
        }

        (T.Load(taps) + m0).Store(taps);
        (T.Load(taps + step) + m1).Store(taps + step);
        (T.Load(taps + 2 * step) + m2).Store(taps + 2 * step);
        (T.Load(taps + 3 * step) + m3).Store(taps + 3 * step);
        (T.Load(taps + 4 * step) + a0).Store(taps + 4 * step);
        (T.Load(taps + 5 * step) + a1).Store(taps + 5 * step);
        (T.Load(taps + 6 * step) + a2).Store(taps + 6 * step);
        (T.Load(taps + 7 * step) + a3).Store(taps + 7 * step);
        (T.Load(taps + 8 * step) + b0).Store(taps + 8 * step);
        (T.Load(taps + 9 * step) + b1).Store(taps + 9 * step);
        (T.Load(taps + 10 * step) + b2).Store(taps + 10 * step);
    }

    /// <summary>Six pairs of outputs.</summary>
    /// <param name="planes">The first output's planes of one kind along the columns.</param>
    /// <param name="rowStride">Floats from one row of planes to the next.</param>
    /// <param name="length">Floats from one kind along the rows to the next.</param>
    /// <param name="rows">Rows of taps.</param>
    /// <param name="taps">The first tap's vector.</param>
    /// <param name="step">Floats from one tap to the next.</param>
    /// <param name="sums">12 vectors, written.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SixPairs(float* planes, nint rowStride, nint length, int rows, float* taps, nint step, float* sums)
    {
        T m0 = default, m1 = default, m2 = default, m3 = default, m4 = default, m5 = default;
        T a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        T b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (int row = 0; row < rows; row++, planes += rowStride)
        {
            float* at = planes;
            for (int tap = 0; tap < 4; tap++, at++, taps += step)
            {
                T weight = T.Load(taps);
                m0 = T.Add(T.Broadcast(at[0]), weight, m0);
                m1 = T.Add(T.Broadcast(at[1]), weight, m1);
                m2 = T.Add(T.Broadcast(at[2]), weight, m2);
                m3 = T.Add(T.Broadcast(at[3]), weight, m3);
                m4 = T.Add(T.Broadcast(at[4]), weight, m4);
                m5 = T.Add(T.Broadcast(at[5]), weight, m5);
            }

            at = planes + length;
            for (int tap = 0; tap < 4; tap++, at++, taps += step)
            {
                T weight = T.Load(taps);
                a0 = T.Add(T.Broadcast(at[0]), weight, a0);
                a1 = T.Add(T.Broadcast(at[1]), weight, a1);
                a2 = T.Add(T.Broadcast(at[2]), weight, a2);
                a3 = T.Add(T.Broadcast(at[3]), weight, a3);
                a4 = T.Add(T.Broadcast(at[4]), weight, a4);
                a5 = T.Add(T.Broadcast(at[5]), weight, a5);
            }

            at = planes + 2 * length;
            for (int tap = 0; tap < 3; tap++, at++, taps += step)
            {
                T weight = T.Load(taps);
                b0 = T.Add(T.Broadcast(at[0]), weight, b0);
                b1 = T.Add(T.Broadcast(at[1]), weight, b1);
                b2 = T.Add(T.Broadcast(at[2]), weight, b2);
                b3 = T.Add(T.Broadcast(at[3]), weight, b3);
                b4 = T.Add(T.Broadcast(at[4]), weight, b4);
                b5 = T.Add(T.Broadcast(at[5]), weight, b5);
            }
        }

        (m0 + a0).Store(sums);
        (m0 + b0).Store(sums + T.Count);
        (m1 + a1).Store(sums + 2 * T.Count);
        (m1 + b1).Store(sums + 3 * T.Count);
        (m2 + a2).Store(sums + 4 * T.Count);
        (m2 + b2).Store(sums + 5 * T.Count);
        (m3 + a3).Store(sums + 6 * T.Count);
        (m3 + b3).Store(sums + 7 * T.Count);
        (m4 + a4).Store(sums + 8 * T.Count);
        (m4 + b4).Store(sums + 9 * T.Count);
        (m5 + a5).Store(sums + 10 * T.Count);
        (m5 + b5).Store(sums + 11 * T.Count);
    }

    /// <summary>Three pairs of outputs.</summary>
    /// <param name="planes">The first output's planes of one kind along the columns.</param>
    /// <param name="rowStride">Floats from one row of planes to the next.</param>
    /// <param name="length">Floats from one kind along the rows to the next.</param>
    /// <param name="rows">Rows of taps.</param>
    /// <param name="taps">The first tap's vector.</param>
    /// <param name="step">Floats from one tap to the next.</param>
    /// <param name="sums">6 vectors, written.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThreePairs(float* planes, nint rowStride, nint length, int rows, float* taps, nint step, float* sums)
    {
        T m0 = default, m1 = default, m2 = default;
        T a0 = default, a1 = default, a2 = default;
        T b0 = default, b1 = default, b2 = default;
        for (int row = 0; row < rows; row++, planes += rowStride)
        {
            float* at = planes;
            for (int tap = 0; tap < 4; tap++, at++, taps += step)
            {
                T weight = T.Load(taps);
                m0 = T.Add(T.Broadcast(at[0]), weight, m0);
                m1 = T.Add(T.Broadcast(at[1]), weight, m1);
                m2 = T.Add(T.Broadcast(at[2]), weight, m2);
            }

            at = planes + length;
            for (int tap = 0; tap < 4; tap++, at++, taps += step)
            {
                T weight = T.Load(taps);
                a0 = T.Add(T.Broadcast(at[0]), weight, a0);
                a1 = T.Add(T.Broadcast(at[1]), weight, a1);
                a2 = T.Add(T.Broadcast(at[2]), weight, a2);
            }

            at = planes + 2 * length;
            for (int tap = 0; tap < 3; tap++, at++, taps += step)
            {
                T weight = T.Load(taps);
                b0 = T.Add(T.Broadcast(at[0]), weight, b0);
                b1 = T.Add(T.Broadcast(at[1]), weight, b1);
                b2 = T.Add(T.Broadcast(at[2]), weight, b2);
            }
        }

        (m0 + a0).Store(sums);
        (m0 + b0).Store(sums + T.Count);
        (m1 + a1).Store(sums + 2 * T.Count);
        (m1 + b1).Store(sums + 3 * T.Count);
        (m2 + a2).Store(sums + 4 * T.Count);
        (m2 + b2).Store(sums + 5 * T.Count);
    }
}

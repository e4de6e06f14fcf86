using System.Runtime.CompilerServices;
using ChestXray.Model.Networks.Convolutions;

namespace ChestXray.Model.Networks.Dense;

/// <summary>
/// Tiles of a matrix product, pixels x weights, written out so that the sums stay in registers. Each sum runs over the depth in
/// order, so that a pixel's bits do not depend on its place in a tile.
/// </summary>
internal static unsafe class ProductTile<T> where T : struct, ILanes<T>
{
    /// <summary>Pixels of the largest tile.</summary>
    public const int MostRows = 14;

    /// <summary>Outputs of a tile.</summary>
    public static int Columns => 2 * T.Count;

    /// <summary>The pixels of a tile that suits a row of pixels: AVX-512 has registers for 14, AVX2 for 6.</summary>
    public static int RowsFor(int width) => T.Count < 16 ? 6 : width < MostRows ? 7 : MostRows;

    /// <summary>One tile.</summary>
    /// <param name="rows">What <see cref="RowsFor"/> gave.</param>
    /// <param name="a">The pixels.</param>
    /// <param name="b">Depth x <see cref="Columns"/> weights.</param>
    /// <param name="sums">Rows x <see cref="Columns"/>, written.</param>
    public static void Run(int rows, in ProductRows a, float* b, float* sums)
    {
        if (rows == MostRows)
            Fourteen(a, b, sums);
        else if (rows == 7)
            Seven(a, b, sums);
        else
            Six(a, b, sums);
    }

    /// <summary>28 sums, two vectors of weights and one pixel: 31 registers of 32.</summary>
    /// <inheritdoc cref="Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fourteen(in ProductRows a, float* b, float* sums)
    {
        T r0 = default, q0 = default, r1 = default, q1 = default, r2 = default, q2 = default, r3 = default, q3 = default,
            r4 = default, q4 = default, r5 = default, q5 = default, r6 = default, q6 = default, r7 = default, q7 = default,
            r8 = default, q8 = default, r9 = default, q9 = default, r10 = default, q10 = default, r11 = default,
            q11 = default, r12 = default, q12 = default, r13 = default, q13 = default;
        nint step = a.Step;
        for (int part = 0; part < a.Parts; part++)
        {
            float* x = a.At(part);
            float* y = x + (7 * step);
            for (int k = 0; k < a.Depth; k++, x++, y++, b += 2 * T.Count)
            {
                T first = T.Load(b), second = T.Load(b + T.Count), value;
                value = T.Broadcast(*x);
                r0 = T.Add(value, first, r0);
                q0 = T.Add(value, second, q0);
                value = T.Broadcast(x[step]);
                r1 = T.Add(value, first, r1);
                q1 = T.Add(value, second, q1);
                value = T.Broadcast(x[2 * step]);
                r2 = T.Add(value, first, r2);
                q2 = T.Add(value, second, q2);
                value = T.Broadcast(x[3 * step]);
                r3 = T.Add(value, first, r3);
                q3 = T.Add(value, second, q3);
                value = T.Broadcast(x[4 * step]);
                r4 = T.Add(value, first, r4);
                q4 = T.Add(value, second, q4);
                value = T.Broadcast(x[5 * step]);
                r5 = T.Add(value, first, r5);
                q5 = T.Add(value, second, q5);
                value = T.Broadcast(x[6 * step]);
                r6 = T.Add(value, first, r6);
                q6 = T.Add(value, second, q6);
                value = T.Broadcast(*y);
                r7 = T.Add(value, first, r7);
                q7 = T.Add(value, second, q7);
                value = T.Broadcast(y[step]);
                r8 = T.Add(value, first, r8);
                q8 = T.Add(value, second, q8);
                value = T.Broadcast(y[2 * step]);
                r9 = T.Add(value, first, r9);
                q9 = T.Add(value, second, q9);
                value = T.Broadcast(y[3 * step]);
                r10 = T.Add(value, first, r10);
                q10 = T.Add(value, second, q10);
                value = T.Broadcast(y[4 * step]);
                r11 = T.Add(value, first, r11);
                q11 = T.Add(value, second, q11);
                value = T.Broadcast(y[5 * step]);
                r12 = T.Add(value, first, r12);
                q12 = T.Add(value, second, q12);
                value = T.Broadcast(y[6 * step]);
                r13 = T.Add(value, first, r13);
                q13 = T.Add(value, second, q13);
            }
        }

        r0.Store(sums);
        q0.Store(sums + T.Count);
        r1.Store(sums + (2 * T.Count));
        q1.Store(sums + (3 * T.Count));
        r2.Store(sums + (4 * T.Count));
        q2.Store(sums + (5 * T.Count));
        r3.Store(sums + (6 * T.Count));
        q3.Store(sums + (7 * T.Count));
        r4.Store(sums + (8 * T.Count));
        q4.Store(sums + (9 * T.Count));
        r5.Store(sums + (10 * T.Count));
        q5.Store(sums + (11 * T.Count));
        r6.Store(sums + (12 * T.Count));
        q6.Store(sums + (13 * T.Count));
        r7.Store(sums + (14 * T.Count));
        q7.Store(sums + (15 * T.Count));
        r8.Store(sums + (16 * T.Count));
        q8.Store(sums + (17 * T.Count));
        r9.Store(sums + (18 * T.Count));
        q9.Store(sums + (19 * T.Count));
        r10.Store(sums + (20 * T.Count));
        q10.Store(sums + (21 * T.Count));
        r11.Store(sums + (22 * T.Count));
        q11.Store(sums + (23 * T.Count));
        r12.Store(sums + (24 * T.Count));
        q12.Store(sums + (25 * T.Count));
        r13.Store(sums + (26 * T.Count));
        q13.Store(sums + (27 * T.Count));
    }

    /// <summary>For the smallest maps.</summary>
    /// <inheritdoc cref="Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Seven(in ProductRows a, float* b, float* sums)
    {
        T r0 = default, q0 = default, r1 = default, q1 = default, r2 = default, q2 = default, r3 = default, q3 = default,
            r4 = default, q4 = default, r5 = default, q5 = default, r6 = default, q6 = default;
        nint step = a.Step;
        for (int part = 0; part < a.Parts; part++)
        {
            float* x = a.At(part);
            for (int k = 0; k < a.Depth; k++, x++, b += 2 * T.Count)
            {
                T first = T.Load(b), second = T.Load(b + T.Count), value;
                value = T.Broadcast(*x);
                r0 = T.Add(value, first, r0);
                q0 = T.Add(value, second, q0);
                value = T.Broadcast(x[step]);
                r1 = T.Add(value, first, r1);
                q1 = T.Add(value, second, q1);
                value = T.Broadcast(x[2 * step]);
                r2 = T.Add(value, first, r2);
                q2 = T.Add(value, second, q2);
                value = T.Broadcast(x[3 * step]);
                r3 = T.Add(value, first, r3);
                q3 = T.Add(value, second, q3);
                value = T.Broadcast(x[4 * step]);
                r4 = T.Add(value, first, r4);
                q4 = T.Add(value, second, q4);
                value = T.Broadcast(x[5 * step]);
                r5 = T.Add(value, first, r5);
                q5 = T.Add(value, second, q5);
                value = T.Broadcast(x[6 * step]);
                r6 = T.Add(value, first, r6);
                q6 = T.Add(value, second, q6);
            }
        }

        r0.Store(sums);
        q0.Store(sums + T.Count);
        r1.Store(sums + (2 * T.Count));
        q1.Store(sums + (3 * T.Count));
        r2.Store(sums + (4 * T.Count));
        q2.Store(sums + (5 * T.Count));
        r3.Store(sums + (6 * T.Count));
        q3.Store(sums + (7 * T.Count));
        r4.Store(sums + (8 * T.Count));
        q4.Store(sums + (9 * T.Count));
        r5.Store(sums + (10 * T.Count));
        q5.Store(sums + (11 * T.Count));
        r6.Store(sums + (12 * T.Count));
        q6.Store(sums + (13 * T.Count));
    }

    /// <summary>12 sums, two vectors of weights and one pixel: 15 registers of 16.</summary>
    /// <inheritdoc cref="Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(in ProductRows a, float* b, float* sums)
    {
        T r0 = default, q0 = default, r1 = default, q1 = default, r2 = default, q2 = default, r3 = default, q3 = default,
            r4 = default, q4 = default, r5 = default, q5 = default;
        nint step = a.Step;
        for (int part = 0; part < a.Parts; part++)
        {
            float* x = a.At(part);
            for (int k = 0; k < a.Depth; k++, x++, b += 2 * T.Count)
            {
                T first = T.Load(b), second = T.Load(b + T.Count), value;
                value = T.Broadcast(*x);
                r0 = T.Add(value, first, r0);
                q0 = T.Add(value, second, q0);
                value = T.Broadcast(x[step]);
                r1 = T.Add(value, first, r1);
                q1 = T.Add(value, second, q1);
                value = T.Broadcast(x[2 * step]);
                r2 = T.Add(value, first, r2);
                q2 = T.Add(value, second, q2);
                value = T.Broadcast(x[3 * step]);
                r3 = T.Add(value, first, r3);
                q3 = T.Add(value, second, q3);
                value = T.Broadcast(x[4 * step]);
                r4 = T.Add(value, first, r4);
                q4 = T.Add(value, second, q4);
                value = T.Broadcast(x[5 * step]);
                r5 = T.Add(value, first, r5);
                q5 = T.Add(value, second, q5);
            }
        }

        r0.Store(sums);
        q0.Store(sums + T.Count);
        r1.Store(sums + (2 * T.Count));
        q1.Store(sums + (3 * T.Count));
        r2.Store(sums + (4 * T.Count));
        q2.Store(sums + (5 * T.Count));
        r3.Store(sums + (6 * T.Count));
        q3.Store(sums + (7 * T.Count));
        r4.Store(sums + (8 * T.Count));
        q4.Store(sums + (9 * T.Count));
        r5.Store(sums + (10 * T.Count));
        q5.Store(sums + (11 * T.Count));
    }
}

using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Turns 16 columns of as many rows as a vector has lanes into 16 vectors, and back.</summary>
/// <remarks>
/// Byte (row, column) moves to byte (column, row) by four equal rounds of interleaving vector i with vector i + 8: each round
/// moves one bit of the row number into the place of one bit of the column number. Long, because everything has to stay in
/// registers.
/// </remarks>
internal static unsafe class WavefrontTile<TVector, TOps>
    where TVector : unmanaged
    where TOps : IByteVector<TVector>
{
    public const int Columns = 16;

    /// <summary>Reads rows that start <paramref name="stride"/> apart into 16 vectors, one per column.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gather(byte* rows, nint stride, TVector* columns)
    {
        nint part = 16 * stride;
        TVector v0 = TOps.LoadParts(rows, part), v1 = TOps.LoadParts(rows + stride, part);
        TVector v2 = TOps.LoadParts(rows + (2 * stride), part), v3 = TOps.LoadParts(rows + (3 * stride), part);
        TVector v4 = TOps.LoadParts(rows + (4 * stride), part), v5 = TOps.LoadParts(rows + (5 * stride), part);
        TVector v6 = TOps.LoadParts(rows + (6 * stride), part), v7 = TOps.LoadParts(rows + (7 * stride), part);
        TVector v8 = TOps.LoadParts(rows + (8 * stride), part), v9 = TOps.LoadParts(rows + (9 * stride), part);
        TVector v10 = TOps.LoadParts(rows + (10 * stride), part), v11 = TOps.LoadParts(rows + (11 * stride), part);
        TVector v12 = TOps.LoadParts(rows + (12 * stride), part), v13 = TOps.LoadParts(rows + (13 * stride), part);
        TVector v14 = TOps.LoadParts(rows + (14 * stride), part), v15 = TOps.LoadParts(rows + (15 * stride), part);
        TVector a0 = TOps.UnpackLow(v0, v8), a1 = TOps.UnpackHigh(v0, v8);
        TVector a2 = TOps.UnpackLow(v1, v9), a3 = TOps.UnpackHigh(v1, v9);
        TVector a4 = TOps.UnpackLow(v2, v10), a5 = TOps.UnpackHigh(v2, v10);
        TVector a6 = TOps.UnpackLow(v3, v11), a7 = TOps.UnpackHigh(v3, v11);
        TVector a8 = TOps.UnpackLow(v4, v12), a9 = TOps.UnpackHigh(v4, v12);
        TVector a10 = TOps.UnpackLow(v5, v13), a11 = TOps.UnpackHigh(v5, v13);
        TVector a12 = TOps.UnpackLow(v6, v14), a13 = TOps.UnpackHigh(v6, v14);
        TVector a14 = TOps.UnpackLow(v7, v15), a15 = TOps.UnpackHigh(v7, v15);
        TVector b0 = TOps.UnpackLow(a0, a8), b1 = TOps.UnpackHigh(a0, a8);
        TVector b2 = TOps.UnpackLow(a1, a9), b3 = TOps.UnpackHigh(a1, a9);
        TVector b4 = TOps.UnpackLow(a2, a10), b5 = TOps.UnpackHigh(a2, a10);
        TVector b6 = TOps.UnpackLow(a3, a11), b7 = TOps.UnpackHigh(a3, a11);
        TVector b8 = TOps.UnpackLow(a4, a12), b9 = TOps.UnpackHigh(a4, a12);
        TVector b10 = TOps.UnpackLow(a5, a13), b11 = TOps.UnpackHigh(a5, a13);
        TVector b12 = TOps.UnpackLow(a6, a14), b13 = TOps.UnpackHigh(a6, a14);
        TVector b14 = TOps.UnpackLow(a7, a15), b15 = TOps.UnpackHigh(a7, a15);
        TVector c0 = TOps.UnpackLow(b0, b8), c1 = TOps.UnpackHigh(b0, b8);
        TVector c2 = TOps.UnpackLow(b1, b9), c3 = TOps.UnpackHigh(b1, b9);
        TVector c4 = TOps.UnpackLow(b2, b10), c5 = TOps.UnpackHigh(b2, b10);
        TVector c6 = TOps.UnpackLow(b3, b11), c7 = TOps.UnpackHigh(b3, b11);
        TVector c8 = TOps.UnpackLow(b4, b12), c9 = TOps.UnpackHigh(b4, b12);
        TVector c10 = TOps.UnpackLow(b5, b13), c11 = TOps.UnpackHigh(b5, b13);
        TVector c12 = TOps.UnpackLow(b6, b14), c13 = TOps.UnpackHigh(b6, b14);
        TVector c14 = TOps.UnpackLow(b7, b15), c15 = TOps.UnpackHigh(b7, b15);
        TVector d0 = TOps.UnpackLow(c0, c8), d1 = TOps.UnpackHigh(c0, c8);
        TVector d2 = TOps.UnpackLow(c1, c9), d3 = TOps.UnpackHigh(c1, c9);
        TVector d4 = TOps.UnpackLow(c2, c10), d5 = TOps.UnpackHigh(c2, c10);
        TVector d6 = TOps.UnpackLow(c3, c11), d7 = TOps.UnpackHigh(c3, c11);
        TVector d8 = TOps.UnpackLow(c4, c12), d9 = TOps.UnpackHigh(c4, c12);
        TVector d10 = TOps.UnpackLow(c5, c13), d11 = TOps.UnpackHigh(c5, c13);
        TVector d12 = TOps.UnpackLow(c6, c14), d13 = TOps.UnpackHigh(c6, c14);
        TVector d14 = TOps.UnpackLow(c7, c15), d15 = TOps.UnpackHigh(c7, c15);
        (columns[0], columns[1]) = (d0, d1);
        (columns[2], columns[3]) = (d2, d3);
        (columns[4], columns[5]) = (d4, d5);
        (columns[6], columns[7]) = (d6, d7);
        (columns[8], columns[9]) = (d8, d9);
        (columns[10], columns[11]) = (d10, d11);
        (columns[12], columns[13]) = (d12, d13);
        (columns[14], columns[15]) = (d14, d15);
    }

    /// <summary>Writes 16 vectors, one per column, as rows that start <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Scatter(TVector* columns, byte* rows, nint stride)
    {
        TVector v0 = columns[0], v1 = columns[1], v2 = columns[2], v3 = columns[3];
        TVector v4 = columns[4], v5 = columns[5], v6 = columns[6], v7 = columns[7];
        TVector v8 = columns[8], v9 = columns[9], v10 = columns[10], v11 = columns[11];
        TVector v12 = columns[12], v13 = columns[13], v14 = columns[14], v15 = columns[15];
        TVector a0 = TOps.UnpackLow(v0, v8), a1 = TOps.UnpackHigh(v0, v8);
        TVector a2 = TOps.UnpackLow(v1, v9), a3 = TOps.UnpackHigh(v1, v9);
        TVector a4 = TOps.UnpackLow(v2, v10), a5 = TOps.UnpackHigh(v2, v10);
        TVector a6 = TOps.UnpackLow(v3, v11), a7 = TOps.UnpackHigh(v3, v11);
        TVector a8 = TOps.UnpackLow(v4, v12), a9 = TOps.UnpackHigh(v4, v12);
        TVector a10 = TOps.UnpackLow(v5, v13), a11 = TOps.UnpackHigh(v5, v13);
        TVector a12 = TOps.UnpackLow(v6, v14), a13 = TOps.UnpackHigh(v6, v14);
        TVector a14 = TOps.UnpackLow(v7, v15), a15 = TOps.UnpackHigh(v7, v15);
        TVector b0 = TOps.UnpackLow(a0, a8), b1 = TOps.UnpackHigh(a0, a8);
        TVector b2 = TOps.UnpackLow(a1, a9), b3 = TOps.UnpackHigh(a1, a9);
        TVector b4 = TOps.UnpackLow(a2, a10), b5 = TOps.UnpackHigh(a2, a10);
        TVector b6 = TOps.UnpackLow(a3, a11), b7 = TOps.UnpackHigh(a3, a11);
        TVector b8 = TOps.UnpackLow(a4, a12), b9 = TOps.UnpackHigh(a4, a12);
        TVector b10 = TOps.UnpackLow(a5, a13), b11 = TOps.UnpackHigh(a5, a13);
        TVector b12 = TOps.UnpackLow(a6, a14), b13 = TOps.UnpackHigh(a6, a14);
        TVector b14 = TOps.UnpackLow(a7, a15), b15 = TOps.UnpackHigh(a7, a15);
        TVector c0 = TOps.UnpackLow(b0, b8), c1 = TOps.UnpackHigh(b0, b8);
        TVector c2 = TOps.UnpackLow(b1, b9), c3 = TOps.UnpackHigh(b1, b9);
        TVector c4 = TOps.UnpackLow(b2, b10), c5 = TOps.UnpackHigh(b2, b10);
        TVector c6 = TOps.UnpackLow(b3, b11), c7 = TOps.UnpackHigh(b3, b11);
        TVector c8 = TOps.UnpackLow(b4, b12), c9 = TOps.UnpackHigh(b4, b12);
        TVector c10 = TOps.UnpackLow(b5, b13), c11 = TOps.UnpackHigh(b5, b13);
        TVector c12 = TOps.UnpackLow(b6, b14), c13 = TOps.UnpackHigh(b6, b14);
        TVector c14 = TOps.UnpackLow(b7, b15), c15 = TOps.UnpackHigh(b7, b15);
        TVector d0 = TOps.UnpackLow(c0, c8), d1 = TOps.UnpackHigh(c0, c8);
        TVector d2 = TOps.UnpackLow(c1, c9), d3 = TOps.UnpackHigh(c1, c9);
        TVector d4 = TOps.UnpackLow(c2, c10), d5 = TOps.UnpackHigh(c2, c10);
        TVector d6 = TOps.UnpackLow(c3, c11), d7 = TOps.UnpackHigh(c3, c11);
        TVector d8 = TOps.UnpackLow(c4, c12), d9 = TOps.UnpackHigh(c4, c12);
        TVector d10 = TOps.UnpackLow(c5, c13), d11 = TOps.UnpackHigh(c5, c13);
        TVector d12 = TOps.UnpackLow(c6, c14), d13 = TOps.UnpackHigh(c6, c14);
        TVector d14 = TOps.UnpackLow(c7, c15), d15 = TOps.UnpackHigh(c7, c15);
        nint part = 16 * stride;
        TOps.StoreParts(d0, rows, part);
        TOps.StoreParts(d1, rows + stride, part);
        TOps.StoreParts(d2, rows + (2 * stride), part);
        TOps.StoreParts(d3, rows + (3 * stride), part);
        TOps.StoreParts(d4, rows + (4 * stride), part);
        TOps.StoreParts(d5, rows + (5 * stride), part);
        TOps.StoreParts(d6, rows + (6 * stride), part);
        TOps.StoreParts(d7, rows + (7 * stride), part);
        TOps.StoreParts(d8, rows + (8 * stride), part);
        TOps.StoreParts(d9, rows + (9 * stride), part);
        TOps.StoreParts(d10, rows + (10 * stride), part);
        TOps.StoreParts(d11, rows + (11 * stride), part);
        TOps.StoreParts(d12, rows + (12 * stride), part);
        TOps.StoreParts(d13, rows + (13 * stride), part);
        TOps.StoreParts(d14, rows + (14 * stride), part);
        TOps.StoreParts(d15, rows + (15 * stride), part);
    }
}

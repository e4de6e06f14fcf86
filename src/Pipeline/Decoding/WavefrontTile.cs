using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Turns a square block of bytes, a row or column of which is a vector, so that rows become columns.</summary>
/// <remarks>
/// Whole vectors are read and written, each cache line of a row once. Between them, byte (row, column) of a tile of 16 x 16 moves to
/// byte (column, row) by four equal rounds of interleaving vector i with vector i + 8: each round moves one bit of the row number
/// into the place of one bit of the column number. Long, because everything has to stay in registers. The rounds that touch rows
/// read 16 of them before they write any: four read, four written in turn took a third longer.
/// </remarks>
internal static unsafe class WavefrontTile<TVector, TOps>
    where TVector : unmanaged
    where TOps : IByteVector<TVector>
{
    private const int Side = 16;

    /// <summary>Reads rows into vectors, one per column: as many rows and columns as a vector has lanes.</summary>
    /// <param name="rows">The first column of the first row.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="scratch">Room for as many vectors.</param>
    /// <param name="columns">Gets them.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gather(byte* rows, nint stride, TVector* scratch, TVector* columns)
    {
        for (int tile = 0; tile < TOps.Rows; tile += Side)
            Turn(rows + (tile * stride), stride, (byte*)(scratch + tile), sizeof(TVector));
        for (int column = 0; column < Side; column++)
            TOps.TurnParts(scratch + column, columns + column, Side);
    }

    /// <summary>The reverse of <see cref="Gather"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Scatter(TVector* columns, TVector* scratch, byte* rows, nint stride)
    {
        for (int column = 0; column < Side; column++)
            TOps.TurnParts(columns + column, scratch + column, Side);
        for (int tile = 0; tile < TOps.Rows; tile += Side)
            Turn((byte*)(scratch + tile), sizeof(TVector), rows + (tile * stride), stride);
    }

    /// <summary>Byte i of 16 in vector j becomes byte j in vector i.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Turn(byte* from, nint fromStep, byte* to, nint toStep)
    {
        TVector v0 = TOps.Load(from), v1 = TOps.Load(from + fromStep);
        TVector v2 = TOps.Load(from + (2 * fromStep)), v3 = TOps.Load(from + (3 * fromStep));
        TVector v4 = TOps.Load(from + (4 * fromStep)), v5 = TOps.Load(from + (5 * fromStep));
        TVector v6 = TOps.Load(from + (6 * fromStep)), v7 = TOps.Load(from + (7 * fromStep));
        TVector v8 = TOps.Load(from + (8 * fromStep)), v9 = TOps.Load(from + (9 * fromStep));
        TVector v10 = TOps.Load(from + (10 * fromStep)), v11 = TOps.Load(from + (11 * fromStep));
        TVector v12 = TOps.Load(from + (12 * fromStep)), v13 = TOps.Load(from + (13 * fromStep));
        TVector v14 = TOps.Load(from + (14 * fromStep)), v15 = TOps.Load(from + (15 * fromStep));
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
        TOps.Store(d0, to);
        TOps.Store(d1, to + toStep);
        TOps.Store(d2, to + (2 * toStep));
        TOps.Store(d3, to + (3 * toStep));
        TOps.Store(d4, to + (4 * toStep));
        TOps.Store(d5, to + (5 * toStep));
        TOps.Store(d6, to + (6 * toStep));
        TOps.Store(d7, to + (7 * toStep));
        TOps.Store(d8, to + (8 * toStep));
        TOps.Store(d9, to + (9 * toStep));
        TOps.Store(d10, to + (10 * toStep));
        TOps.Store(d11, to + (11 * toStep));
        TOps.Store(d12, to + (12 * toStep));
        TOps.Store(d13, to + (13 * toStep));
        TOps.Store(d14, to + (14 * toStep));
        TOps.Store(d15, to + (15 * toStep));
    }
}

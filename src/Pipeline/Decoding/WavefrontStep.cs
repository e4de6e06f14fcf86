using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>The arithmetic of the wavefront: as many steps as there are rows in a band, filters chosen per lane by masks.</summary>
/// <remarks>
/// <para>Paeth is exact in eight bits: with lo and hi the smaller and larger of left and above, u = aboveLeft - lo and v = hi -
/// aboveLeft (saturating), the prediction is <c>2u &lt;= v ? hi : 2v &lt;= u ? lo : aboveLeft</c>.</para>
/// <para>Sub is Paeth with zeros above; None and Up are the alternative predictor "above", zeroed for None; Average replaces
/// it.</para>
/// </remarks>
internal sealed unsafe class WavefrontStep<TVector, TOps>
    where TVector : unmanaged
    where TOps : IByteVector<TVector>
{
    // Steps that are kept from tile to tile: the largest pixel has eight bytes.
    private const int History = 8;
    private const int Masks = 4;

    private readonly TVector* _rows;
    private readonly TVector* _above;
    private readonly TVector* _masks;
    private readonly TVector* _scratch;
    private byte* _edge;
    private int _edgeStep;
    private int _bytesPerPixel;

    public WavefrontStep(TVector* memory)
    {
        _rows = memory;
        _above = memory + History + TOps.Rows;
        _masks = memory + (2 * (History + TOps.Rows));
        _scratch = _masks + Masks;
    }

    /// <summary>The bytes that the constructor's memory must have, aligned as vectors are.</summary>
    public static int MemoryBytes => ((2 * (History + TOps.Rows)) + Masks + TOps.Rows) * TOps.Rows;

    /// <summary>A vector for each column: filtered bytes before <see cref="Run"/>, plain ones after.</summary>
    public TVector* Columns => _rows + History;

    /// <summary>As many vectors for anybody, between calls.</summary>
    public TVector* Scratch => _scratch;

    /// <summary>Starts a band.</summary>
    /// <param name="filters">The first row's filter byte.</param>
    /// <param name="stride">Bytes from one filter byte to the next.</param>
    /// <param name="edge">The row above the band.</param>
    /// <param name="edgeStep">1, or 0 for an edge that stays (zeros).</param>
    /// <param name="bytesPerPixel">The distance of a byte's left neighbour, 1 to 8.</param>
    public void Begin(byte* filters, int stride, byte* edge, int edgeStep, int bytesPerPixel)
    {
        new Span<byte>(_rows, MemoryBytes).Clear();
        byte* paeth = (byte*)_masks, mean = (byte*)(_masks + 1), above = (byte*)(_masks + 2), aboveLeft = (byte*)(_masks + 3);
        for (int lane = 0; lane < TOps.Rows; lane++)
        {
            int filter = filters[(long)lane * stride];
            paeth[lane] = filter is 1 or 4 ? byte.MaxValue : (byte)0;
            mean[lane] = filter == 3 ? byte.MaxValue : (byte)0;
            above[lane] = filter >= 2 ? byte.MaxValue : (byte)0;
            aboveLeft[lane] = filter == 4 ? byte.MaxValue : (byte)0;
        }

        _edge = edge - (TOps.Rows - 1);
        _edgeStep = edgeStep;
        _bytesPerPixel = bytesPerPixel;
    }

    /// <summary>Undoes the filters of as many columns as there are rows, from step <paramref name="t"/> on.</summary>
    public void Run(int t)
    {
        if (_bytesPerPixel == 1)
            RunSingle(_edge + (t * _edgeStep));
        else
            RunWide(_edge + (t * _edgeStep));
    }

    // One byte per pixel: everything that the next step waits for stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunSingle(byte* edge)
    {
        TVector paeth = _masks[0], mean = _masks[1], aboveMask = _masks[2], aboveLeftMask = _masks[3];
        TVector* columns = Columns;
        TVector older = columns[-2], left = columns[-1], above = _above[0];
        nint edgeStep = _edgeStep;
        for (nint i = 0; i < TOps.Rows; i++)
        {
            TVector aboveLeft = TOps.And(above, aboveLeftMask);
            above = TOps.And(TOps.ShiftIn(older, TOps.Load(edge)), aboveMask);
            older = left;
            left = Undo(columns[i], left, above, aboveLeft, paeth, mean);
            columns[i] = left;
            edge += edgeStep;
        }

        columns[-2] = older;
        columns[-1] = left;
        _above[0] = above;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunWide(byte* edge)
    {
        TVector paeth = _masks[0], mean = _masks[1], aboveMask = _masks[2], aboveLeftMask = _masks[3];
        TVector* columns = Columns, aboves = _above + History;
        nint edgeStep = _edgeStep;
        int back = _bytesPerPixel;
        for (nint i = 0; i < TOps.Rows; i++)
        {
            TVector above = TOps.And(TOps.ShiftIn(columns[i - 2], TOps.Load(edge)), aboveMask);
            TVector aboveLeft = TOps.And(aboves[i - back], aboveLeftMask);
            aboves[i] = above;
            columns[i] = Undo(columns[i], columns[i - back], above, aboveLeft, paeth, mean);
            edge += edgeStep;
        }

        for (int i = 0; i < History; i++)
        {
            columns[i - History] = columns[i + TOps.Rows - History];
            aboves[i - History] = aboves[i + TOps.Rows - History];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Undo(TVector filtered, TVector left, TVector above, TVector aboveLeft, TVector paeth, TVector mean)
    {
        TVector low = TOps.Min(left, above), high = TOps.Max(left, above);
        TVector under = TOps.SubtractSaturate(aboveLeft, low), over = TOps.SubtractSaturate(high, aboveLeft);
        TVector near = TOps.SelectLessOrEqual(TOps.AddSaturate(over, over), under, low, aboveLeft);
        near = TOps.SelectLessOrEqual(TOps.AddSaturate(under, under), over, high, near);
        TVector other = TOps.Select(mean, TOps.Mean(left, above), above);
        return TOps.Add(filtered, TOps.Select(paeth, near, other));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>The arithmetic of the wavefront: as many steps as there are lanes, a lane's filter chosen by masks.</summary>
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
    // Steps that are kept from tile to tile: the largest pixel has eight bytes, and no skew is larger.
    private const int History = 8;
    private const int MaskCount = 4;

    private readonly TVector* _rows;
    private readonly TVector* _above;
    private readonly TVector* _masks;
    private readonly TVector* _masksBefore;
    private readonly TVector* _scratch;
    private readonly byte* _firstLanes;
    private byte* _edge;
    private int _edgeStep;
    private int _bytesPerPixel;

    public WavefrontStep(TVector* memory)
    {
        _rows = memory;
        _above = memory + History + TOps.Rows;
        _masks = _above + History + TOps.Rows;
        _masksBefore = _masks + MaskCount;
        _scratch = _masksBefore + MaskCount;
        _firstLanes = (byte*)(_scratch + TOps.Rows) + TOps.Rows;
        new Span<byte>(_firstLanes - TOps.Rows, TOps.Rows).Fill(byte.MaxValue);
        new Span<byte>(_firstLanes, TOps.Rows).Clear();
    }

    /// <summary>The bytes that the constructor's memory must have, aligned as vectors are.</summary>
    public static int MemoryBytes => ((2 * (History + TOps.Rows)) + (2 * MaskCount) + TOps.Rows + 2) * TOps.Rows;

    /// <summary>A vector for each column: filtered bytes before a run, plain ones after.</summary>
    public TVector* Columns => _rows + History;

    /// <summary>As many vectors for anybody, between calls.</summary>
    public TVector* Scratch => _scratch;

    private TVector* Aboves => _above + History;

    /// <summary>Starts an image, or a part of one.</summary>
    /// <param name="bytesPerPixel">The distance of a byte's left neighbour, 1 to 8.</param>
    public void Begin(int bytesPerPixel)
    {
        _bytesPerPixel = bytesPerPixel;
        new Span<TVector>(_masks, MaskCount).Clear();
    }

    /// <summary>Gives the lanes their next rows, which they start in <see cref="RunChanging"/>.</summary>
    /// <param name="filters">The first row's filter byte.</param>
    /// <param name="stride">Bytes from one filter byte to the next.</param>
    /// <param name="edge">The row above the first.</param>
    /// <param name="edgeStep">1, or 0 for an edge that stays (zeros).</param>
    public void BeginRows(byte* filters, nint stride, byte* edge, int edgeStep)
    {
        new Span<TVector>(_masks, MaskCount).CopyTo(new(_masksBefore, MaskCount));
        byte* paeth = (byte*)_masks, mean = (byte*)(_masks + 1), above = (byte*)(_masks + 2), aboveLeft = (byte*)(_masks + 3);
        for (int lane = 0; lane < TOps.Rows; lane++)
        {
            int filter = filters[lane * stride];
            paeth[lane] = filter is 1 or 4 ? byte.MaxValue : (byte)0;
            mean[lane] = filter == 3 ? byte.MaxValue : (byte)0;
            above[lane] = filter >= 2 ? byte.MaxValue : (byte)0;
            aboveLeft[lane] = filter == 4 ? byte.MaxValue : (byte)0;
        }

        _edge = edge - (TOps.Rows - 1);
        _edgeStep = edgeStep;
    }

    /// <summary>Undoes the filters of as many columns as there are lanes, all of which are in their rows.</summary>
    /// <param name="column">The first lane's first column.</param>
    /// <param name="target">
    /// A place of each lane's, the first's, that is fetched into the cache in between: written into without, stores wait.
    /// </param>
    /// <param name="targetStride">Bytes from lane to lane there.</param>
    public void Run(int column, byte* target, nint targetStride)
    {
        if (_bytesPerPixel == 1)
            RunSingle(_edge + (column * _edgeStep), target, targetStride);
        else
            RunWide(_edge + (column * _edgeStep), target, targetStride);
        Keep();
    }

    /// <summary>The same while the lanes go from row to row, one every <see cref="IByteVector{TVector}.Skew"/> steps.</summary>
    /// <param name="column">The first lane's first column, in its new row.</param>
    /// <param name="target">Where the first lane's old row goes on, to be fetched.</param>
    /// <param name="nextTarget">Where its new row does.</param>
    /// <param name="targetStride">Bytes from lane to lane there.</param>
    public void RunChanging(int column, byte* target, byte* nextTarget, nint targetStride)
    {
        if (_bytesPerPixel == 1)
            RunSingleChanging(column, _edge + (column * _edgeStep), target, nextTarget, targetStride);
        else
            RunWideChanging(column, _edge + (column * _edgeStep));
        Keep();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunWideChanging(int column, byte* edge)
    {
        TVector* columns = Columns, aboves = Aboves;
        nint edgeStep = _edgeStep;
        int back = _bytesPerPixel;
        for (int i = 0; i < TOps.Rows; i++)
        {
            // What is left of a lane's first pixel is zero.
            TVector changed = FirstLanes(column + i), goingOn = TOps.OrNot(FirstLanes(column + i - back), changed);
            TVector paeth = TOps.Select(changed, _masks[0], _masksBefore[0]), mean = TOps.Select(changed, _masks[1], _masksBefore[1]);
            TVector aboveMask = TOps.Select(changed, _masks[2], _masksBefore[2]);
            TVector aboveLeftMask = TOps.And(goingOn, TOps.Select(changed, _masks[3], _masksBefore[3]));
            TVector above = TOps.And(TOps.ShiftIn(columns[i - TOps.Skew], TOps.Load(edge)), aboveMask);
            TVector aboveLeft = TOps.And(aboves[i - back], aboveLeftMask);
            aboves[i] = above;
            columns[i] = Undo(columns[i], TOps.And(columns[i - back], goingOn), above, aboveLeft, paeth, mean);
            edge += edgeStep;
        }
    }

    // One byte per pixel: what the next step waits for stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunSingle(byte* edge, byte* target, nint targetStride)
    {
        TVector paeth = _masks[0], mean = _masks[1], aboveMask = _masks[2], aboveLeftMask = _masks[3];
        TVector* columns = Columns;
        TVector left = columns[-1], above = Aboves[-1];
        nint edgeStep = _edgeStep;
        for (nint i = 0; i < TOps.Rows; i++)
        {
            TVector aboveLeft = TOps.And(above, aboveLeftMask);
            above = TOps.And(TOps.ShiftIn(columns[i - TOps.Skew], TOps.Load(edge)), aboveMask);
            left = Undo(columns[i], left, above, aboveLeft, paeth, mean);
            columns[i] = left;
            edge += edgeStep;
            Sse.Prefetch0(target);
            target += targetStride;
        }

        Aboves[TOps.Rows - 1] = above;
    }

    // A lane changes, and then all are in their rows for as many steps as one is behind the other.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunSingleChanging(int column, byte* edge, byte* target, byte* nextTarget, nint targetStride)
    {
        TVector* columns = Columns;
        TVector left = columns[-1], above = Aboves[-1];
        nint edgeStep = _edgeStep;
        for (nint i = 0; i < TOps.Rows; i += TOps.Skew)
        {
            TVector changed = FirstLanes(column + (int)i), goingOn = TOps.OrNot(FirstLanes(column + (int)i - 1), changed);
            TVector paeth = TOps.Select(changed, _masks[0], _masksBefore[0]), mean = TOps.Select(changed, _masks[1], _masksBefore[1]);
            TVector aboveMask = TOps.Select(changed, _masks[2], _masksBefore[2]);
            TVector aboveLeftMask = TOps.Select(changed, _masks[3], _masksBefore[3]);
            left = TOps.And(left, goingOn);
            above = TOps.And(above, goingOn);
            for (nint step = i; step < i + TOps.Skew; step++)
            {
                TVector aboveLeft = TOps.And(above, aboveLeftMask);
                above = TOps.And(TOps.ShiftIn(columns[step - TOps.Skew], TOps.Load(edge)), aboveMask);
                left = Undo(columns[step], left, above, aboveLeft, paeth, mean);
                columns[step] = left;
                edge += edgeStep;
                Sse.Prefetch0((column + TOps.Rows > TOps.Skew * step ? nextTarget : target) + (step * targetStride));
            }
        }

        Aboves[TOps.Rows - 1] = above;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunWide(byte* edge, byte* target, nint targetStride)
    {
        TVector paeth = _masks[0], mean = _masks[1], aboveMask = _masks[2], aboveLeftMask = _masks[3];
        TVector* columns = Columns, aboves = Aboves;
        nint edgeStep = _edgeStep;
        int back = _bytesPerPixel;
        for (nint i = 0; i < TOps.Rows; i++)
        {
            TVector above = TOps.And(TOps.ShiftIn(columns[i - TOps.Skew], TOps.Load(edge)), aboveMask);
            TVector aboveLeft = TOps.And(aboves[i - back], aboveLeftMask);
            aboves[i] = above;
            columns[i] = Undo(columns[i], columns[i - back], above, aboveLeft, paeth, mean);
            edge += edgeStep;
            Sse.Prefetch0(target);
            target += targetStride;
        }
    }

    // The last columns are the next tile's history.
    private void Keep()
    {
        TVector* columns = Columns, aboves = Aboves;
        for (int i = 0; i < History; i++)
        {
            columns[i - History] = columns[i + TOps.Rows - History];
            aboves[i - History] = aboves[i + TOps.Rows - History];
        }
    }

    // Ones in the lanes that are in their new rows at this step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector FirstLanes(int step) => TOps.Load(_firstLanes - (step < 0 ? 0 : Math.Min(TOps.Rows, 1 + (step / TOps.Skew))));

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

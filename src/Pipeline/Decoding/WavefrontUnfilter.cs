using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Undoes PNG's row filters for as many rows at a time as a vector has bytes.</summary>
/// <remarks>
/// <para>A Paeth or Average byte needs the one to its left, so a row can't be done in parallel; but rows can, if each runs a few
/// bytes (<see cref="IByteVector{TVector}.Skew"/>) behind the one above. Lane r is row r; at step t it does byte t - skew * r. What
/// it needs from above was made that many (above) and one pixel more (above left) steps ago, one lane down: the shift between
/// lanes is off the critical path.</para>
/// <para>Because of the constant skew, the bytes of one step lie a constant stride apart, and tiles of as many steps as rows are
/// read and written without staging, as long as all lanes are inside their rows. A lane that comes to its row's end goes on with
/// the row that is as many rows further down as there are lanes, while those below it still finish theirs: only these tiles are
/// staged, so that none writes into another row.</para>
/// </remarks>
internal sealed unsafe class WavefrontUnfilter<TVector, TOps> : IUnfilter
    where TVector : unmanaged
    where TOps : IByteVector<TVector>
{
    private readonly int _maxRowBytes;
    private readonly PinnedBuffer _memory = new();
    private readonly WavefrontStep<TVector, TOps> _step;
    private readonly byte* _stage;
    private readonly byte* _zeros;

    /// <summary>Creates the path.</summary>
    /// <param name="maxRowBytes">Longer rows are left to another path.</param>
    public WavefrontUnfilter(int maxRowBytes = int.MaxValue)
    {
        _maxRowBytes = maxRowBytes;
        int stepBytes = WavefrontStep<TVector, TOps>.MemoryBytes;
        Span<byte> reserved = _memory.Reserve(stepBytes + (Lanes * StageStride) + (2 * Lanes));
        reserved.Clear();
        byte* memory = (byte*)Unsafe.AsPointer(ref reserved[0]);
        _step = new WavefrontStep<TVector, TOps>((TVector*)memory);
        _stage = memory + stepBytes;
        _zeros = _stage + (Lanes * StageStride) + Lanes;
    }

    private static int Lanes => TOps.Rows;

    // How far the last lane is behind the first, rounded up to whole tiles.
    private static int Late => TOps.Skew * Lanes;

    // One tile more for long pixels, one for rows that are no whole number of tiles, one that keeps lanes out of each other's way.
    private static int StageStride => Late + (3 * Lanes);

    // A row is above the next ones when these start: it must have been written as far as their first tiles read.
    public bool Takes(int rows, int rowBytes, int bytesPerPixel) =>
        rows >= Lanes && rowBytes >= Late + Changing(bytesPerPixel) && rowBytes <= _maxRowBytes;

    public void Rows(byte* filtered, byte* destination, int stride, int rows, int rowBytes, int bytesPerPixel,
        bool hasAbove = false)
    {
        _step.Begin(bytesPerPixel);
        int inside = rowBytes / Lanes * Lanes, changing = Changing(bytesPerPixel);
        byte* source = null, target = null;
        for (int y = 0; y < rows; y += Lanes)
        {
            // The last rows overlap those before: they are done twice, to the same bytes.
            int first = Math.Min(y, rows - Lanes);
            bool isTop = first == 0 && !hasAbove;
            byte* nextSource = filtered + ((nint)first * (rowBytes + 1)), nextTarget = destination + ((nint)first * stride);
            ChangeRows(source, nextSource, target, nextTarget, stride, rowBytes, changing, isTop);
            source = nextSource;
            target = nextTarget;
            for (int x = changing; x < inside; x += Lanes)
                Undo(source + 1 + x, rowBytes + 1 - TOps.Skew, x, target + x, stride - TOps.Skew);
        }

        ChangeRows(source, null, target, null, stride, rowBytes, changing, isTop: true);
        GC.KeepAlive(_memory);
    }

    // The steps from the first lane's change to a new row until the last lane is behind its first pixel there, in whole tiles.
    private static int Changing(int bytesPerPixel) => Late + (bytesPerPixel > TOps.Skew ? Lanes : 0);

    // Finishes the lanes' rows (none: null) and starts their next ones.
    private void ChangeRows(
        byte* source, byte* nextSource, byte* target, byte* nextTarget, nint stride, int rowBytes, int changing, bool isTop)
    {
        int inside = rowBytes / Lanes * Lanes, rest = source is null || inside == rowBytes ? 0 : Lanes;
        nint sourceStride = rowBytes + 1;
        for (int lane = 0; lane < Lanes; lane++)
        {
            byte* staged = _stage + (lane * StageStride);
            int late = rest + (TOps.Skew * lane);
            if (source is not null)
                CopyTiles(source + (lane * sourceStride) + 1 + inside + rest - late, staged, late);
            if (nextSource is not null)
                CopyTiles(nextSource + (lane * sourceStride) + 1, staged + late, rest + changing - late);
        }

        if (rest > 0)
            Undo(_stage, StageStride, inside, _stage, StageStride);
        if (nextSource is null)
            _step.BeginRows(_zeros, 0, _zeros, 0);
        else
            _step.BeginRows(nextSource, sourceStride, isTop ? _zeros : nextTarget - stride, isTop ? 0 : 1);
        for (int x = 0; x < changing; x += Lanes)
        {
            byte* tile = _stage + rest + x;
            WavefrontTile<TVector, TOps>.Gather(tile, StageStride, _step.Scratch, _step.Columns);
            _step.RunChanging(x, target + inside + rest + x + Lanes - 1, nextTarget + x + Lanes - 1, stride - TOps.Skew);
            WavefrontTile<TVector, TOps>.Scatter(_step.Columns, _step.Scratch, tile, StageStride);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            byte* staged = _stage + (lane * StageStride);
            int late = rest + (TOps.Skew * lane), left = rowBytes - (inside + rest - late);
            if (source is not null)
                Buffer.MemoryCopy(staged, target + (lane * stride) + rowBytes - left, left, left);

            // More than these is written, and later overwritten.
            if (nextSource is not null)
                CopyTiles(staged + late, nextTarget + (lane * stride), rest + changing - late);
        }
    }

    private void Undo(byte* source, nint sourceStride, int column, byte* target, nint stride)
    {
        WavefrontTile<TVector, TOps>.Gather(source, sourceStride, _step.Scratch, _step.Columns);
        _step.Run(column, target + Lanes - 1, stride);
        WavefrontTile<TVector, TOps>.Scatter(_step.Columns, _step.Scratch, target, stride);
    }

    // Whole vectors, the last of which may reach beyond.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyTiles(byte* from, byte* to, int bytes)
    {
        for (int i = 0; i < bytes; i += Lanes)
            TOps.Store(TOps.Load(from + i), to + i);
    }
}

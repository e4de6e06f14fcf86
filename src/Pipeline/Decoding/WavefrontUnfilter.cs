using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Undoes PNG's row filters for as many rows at a time as a vector has bytes.</summary>
/// <remarks>
/// <para>A Paeth or Average byte needs the one to its left, so a row can't be done in parallel; but rows can, if each runs two
/// bytes behind the one above. Lane r is row r; at step t it does byte t - 2r. What it needs from above was made two (above)
/// and three (above left) steps ago, one lane down: the shift between lanes is off the critical path.</para>
/// <para>Because of the constant skew, the bytes of one step lie a constant stride apart, and tiles of 16 steps are read and
/// written without staging, except where rows begin (bytes before the row must count as zero) and end (bytes behind must not be
/// written).</para>
/// <para>Four tiles are read, done and written in turn: rows a power of two apart share a few places of the cache, which hold the
/// lines of the source or of the destination, but not of both.</para>
/// </remarks>
internal sealed unsafe class WavefrontUnfilter<TVector, TOps> : IUnfilter
    where TVector : unmanaged
    where TOps : IByteVector<TVector>
{
    private const int Tile = WavefrontTile<TVector, TOps>.Columns;
    private const int Most = WavefrontStep<TVector, TOps>.MostColumns;

    private readonly int _maxRowBytes;
    private readonly PinnedBuffer _memory = new();
    private readonly WavefrontStep<TVector, TOps> _step;
    private readonly byte* _head;
    private readonly byte* _tail;
    private readonly byte* _zeros;

    /// <summary>Creates the path.</summary>
    /// <param name="maxRowBytes">Longer rows are left to another path.</param>
    public WavefrontUnfilter(int maxRowBytes = int.MaxValue)
    {
        _maxRowBytes = maxRowBytes;
        int stepBytes = WavefrontStep<TVector, TOps>.MemoryBytes;
        int bytes = stepBytes + (Lanes * HeadStride) + (Lanes * TailStride) + (2 * Lanes);
        Span<byte> reserved = _memory.Reserve(bytes);
        reserved.Clear();
        byte* memory = (byte*)Unsafe.AsPointer(ref reserved[0]);
        _step = new WavefrontStep<TVector, TOps>((TVector*)memory);
        _head = memory + stepBytes;
        _tail = _head + (Lanes * HeadStride);
        _zeros = _tail + (Lanes * TailStride) + Lanes;
    }

    private static int Lanes => TOps.Rows;

    // The last row runs this far behind the first, rounded up to whole tiles.
    private static int Skew => 2 * Lanes;

    private static int HeadStride => 2 * Skew;

    private static int TailStride => Skew + (2 * Tile);

    public bool Takes(int rows, int rowBytes) => rows >= Lanes && rowBytes >= 2 * Skew && rowBytes <= _maxRowBytes;

    public void Rows(byte* filtered, byte* destination, int stride, int rows, int rowBytes, int bytesPerPixel,
        bool hasAbove = false)
    {
        for (int y = 0; y < rows; y += Lanes)
        {
            // The last band overlaps the one before: those rows are done twice, to the same bytes.
            int first = Math.Min(y, rows - Lanes);
            bool isTop = first == 0 && !hasAbove;
            byte* above = isTop ? _zeros : destination + ((long)(first - 1) * stride);
            byte* source = filtered + ((long)first * (rowBytes + 1));
            _step.Begin(source, rowBytes + 1, above, isTop ? 0 : 1, bytesPerPixel);
            Band(source + 1, destination + ((long)first * stride), stride, rowBytes);
        }

        GC.KeepAlive(_memory);
    }

    private void Band(byte* source, byte* destination, int stride, int rowBytes)
    {
        StageHead(source, rowBytes + 1);
        int inside = rowBytes / Tile * Tile;
        for (int t = 0, count; t < inside; t += count)
        {
            count = Math.Min(Most, inside - t);
            for (int i = 0; i < count; i += Tile)
                Gather(source, rowBytes, t + i, _step.Columns + i);
            _step.Run(t, count);

            // Lanes that have not reached their row write into the end of the row above, which is written properly later.
            for (int i = 0; i < count; i += Tile)
                WavefrontTile<TVector, TOps>.Scatter(_step.Columns + i, destination + t + i, stride - 2);
        }

        for (int t = inside; t < rowBytes + Skew - 2; t += Tile)
        {
            WavefrontTile<TVector, TOps>.Gather(source + t, rowBytes + 1 - 2, _step.Columns);
            _step.Run(t, Tile);
            WavefrontTile<TVector, TOps>.Scatter(_step.Columns, _tail + t - inside, TailStride);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            int start = inside - (2 * lane), length = rowBytes - start;
            Buffer.MemoryCopy(_tail + (lane * TailStride), destination + ((long)lane * stride) + start, length, length);
        }
    }

    private void Gather(byte* source, int rowBytes, int t, TVector* columns)
    {
        if (t < Skew)
            WavefrontTile<TVector, TOps>.Gather(_head + Skew + t, HeadStride - 2, columns);
        else
            WavefrontTile<TVector, TOps>.Gather(source + t, rowBytes + 1 - 2, columns);
    }

    private void StageHead(byte* source, int stride)
    {
        for (int lane = 0; lane < Lanes; lane++)
            Buffer.MemoryCopy(source + ((long)lane * stride), _head + (lane * HeadStride) + Skew, Skew, Skew);
    }
}

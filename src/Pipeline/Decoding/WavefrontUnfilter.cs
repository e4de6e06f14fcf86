using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Undoes PNG's row filters for as many rows at a time as a vector has bytes.</summary>
/// <remarks>
/// <para>A Paeth or Average byte needs the one to its left, so a row can't be done in parallel; but rows can, if each runs two
/// bytes behind the one above. Lane r is row r; at step t it does byte t - 2r. What it needs from above was made two (above)
/// and three (above left) steps ago, one lane down: the shift between lanes is off the critical path.</para>
/// <para>Because of the constant skew, the bytes of one step lie a constant stride apart, and blocks of as many steps as rows are read
/// and written without staging, except where rows begin (bytes before the row must count as zero) and end (bytes behind must not
/// be written). A block reads, does and writes in turn: rows a power of two apart share a few places of the cache, which hold the
/// lines of the source or of the destination, but not of both.</para>
/// </remarks>
internal sealed unsafe class WavefrontUnfilter<TVector, TOps> : IUnfilter
    where TVector : unmanaged
    where TOps : IByteVector<TVector>
{
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

    // The last row runs this far behind the first, rounded up to whole blocks.
    private static int Skew => 2 * Lanes;

    private static int HeadStride => 2 * Skew;

    private static int TailStride => Skew + (2 * Lanes);

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
        int inside = rowBytes / Lanes * Lanes;
        for (int t = 0; t < inside; t += Lanes)
        {
            if (t < Skew)
                Undo(_head + Skew + t, HeadStride, t, destination + t, stride - 2);
            else
                Undo(source + t, rowBytes + 1, t, destination + t, stride - 2);
        }

        for (int t = inside; t < rowBytes + Skew - 2; t += Lanes)
            Undo(source + t, rowBytes + 1, t, _tail + t - inside, TailStride);

        for (int lane = 0; lane < Lanes; lane++)
        {
            int start = inside - (2 * lane), length = rowBytes - start;
            Buffer.MemoryCopy(_tail + (lane * TailStride), destination + ((long)lane * stride) + start, length, length);
        }
    }

    // Lanes that have not reached their row write into the end of the row above, which is written properly later.
    private void Undo(byte* source, nint sourceStride, int t, byte* destination, nint stride)
    {
        WavefrontTile<TVector, TOps>.Gather(source, sourceStride - 2, _step.Scratch, _step.Columns);
        _step.Run(t);
        WavefrontTile<TVector, TOps>.Scatter(_step.Columns, _step.Scratch, destination, stride);
    }

    private void StageHead(byte* source, int stride)
    {
        for (int lane = 0; lane < Lanes; lane++)
            Buffer.MemoryCopy(source + ((long)lane * stride), _head + (lane * HeadStride) + Skew, Skew, Skew);
    }
}

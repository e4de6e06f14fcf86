namespace ChestXray.Pipeline.Decoding;

/// <summary>Undoes PNG's row filters byte after byte: the specification of the vector paths, for any pixel size.</summary>
internal static class ScalarUnfilter
{
    /// <summary>Undoes the filters of all rows.</summary>
    /// <param name="filtered">Rows of one filter byte (0 to 4, checked before) and <paramref name="rowBytes"/> bytes.</param>
    /// <param name="destination">Rows of <paramref name="rowBytes"/> bytes.</param>
    /// <param name="stride">Bytes from one row of the destination to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="rowBytes">Bytes per row.</param>
    /// <param name="bytesPerPixel">The distance of a byte's left neighbour.</param>
    /// <param name="above">The row above the first; empty for zeros.</param>
    public static void Rows(
        ReadOnlySpan<byte> filtered, Span<byte> destination, int stride, int rows, int rowBytes, int bytesPerPixel,
        ReadOnlySpan<byte> above = default)
    {
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> source = filtered.Slice(y * (rowBytes + 1), rowBytes + 1);
            Span<byte> row = destination.Slice(y * stride, rowBytes);
            Row(source[0], source[1..], above, row, bytesPerPixel);
            above = row;
        }
    }

    private static void Row(int filter, ReadOnlySpan<byte> source, ReadOnlySpan<byte> above, Span<byte> row, int bytesPerPixel)
    {
        for (int x = 0; x < row.Length; x++)
        {
            int left = x >= bytesPerPixel ? row[x - bytesPerPixel] : 0;
            int up = above.IsEmpty ? 0 : above[x];
            int upLeft = above.IsEmpty || x < bytesPerPixel ? 0 : above[x - bytesPerPixel];
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) >> 1,
                _ => Paeth(left, up, upLeft),
            };
            row[x] = (byte)(source[x] + predicted);
        }
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        int toLeft = Math.Abs(up - upLeft);
        int toUp = Math.Abs(left - upLeft);
        int toUpLeft = Math.Abs(left + up - (2 * upLeft));
        if (toLeft <= toUp && toLeft <= toUpLeft)
            return left;
        return toUp <= toUpLeft ? up : upLeft;
    }
}

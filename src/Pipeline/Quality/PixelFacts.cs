using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Quality;

/// <summary>What a record's pixels are like.</summary>
/// <param name="Mean">Mean grey level, 0 to 255.</param>
/// <param name="Deviation">Standard deviation of the grey levels.</param>
/// <param name="Lowest">The darkest pixel.</param>
/// <param name="Highest">The brightest pixel.</param>
/// <param name="ContentShare">
/// Share of the area inside the rows and columns at the edges that are of one grey level; 0 to 1.
/// </param>
internal readonly record struct PixelFacts(float Mean, float Deviation, byte Lowest, byte Highest, float ContentShare)
{
    /// <summary>A row or column whose pixels differ by no more than this is empty: JPEG rings a little.</summary>
    private const int EmptyRange = 6;

    /// <summary>Looks at a picture.</summary>
    /// <param name="pixels">side x side bytes.</param>
    /// <param name="side">Its side.</param>
    /// <param name="record">Whose sums were taken when it was made.</param>
    /// <param name="lows">Scratch for a row.</param>
    /// <param name="highs">Scratch for a row.</param>
    public static PixelFacts Of(ReadOnlySpan<byte> pixels, int side, in StoredRecord record, Span<byte> lows, Span<byte> highs)
    {
        lows = lows[..side];
        highs = highs[..side];
        lows.Fill(255);
        highs.Clear();
        int top = -1, bottom = -1;
        byte lowest = 255, highest = 0;
        for (int y = 0; y < side; y++)
        {
            (byte low, byte high) = MergeRow(pixels.Slice(y * side, side), lows, highs);
            lowest = Math.Min(lowest, low);
            highest = Math.Max(highest, high);
            if (high - low <= EmptyRange)
                continue;
            top = top < 0 ? y : top;
            bottom = y;
        }

        int left = 0, right = side - 1;
        while (left < right && highs[left] - lows[left] <= EmptyRange)
            left++;
        while (right > left && highs[right] - lows[right] <= EmptyRange)
            right--;
        double count = (double)side * side, mean = record.Sum / count;
        double deviation = Math.Sqrt(Math.Max(0, record.SumOfSquares / count - mean * mean));
        float content = top < 0 ? 0 : (float)((bottom - top + 1.0) * (right - left + 1) / count);
        return new((float)mean, (float)deviation, lowest, highest, content);
    }

    /// <summary>The row's own extremes; those of the columns take it in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (byte Low, byte High) MergeRow(ReadOnlySpan<byte> row, Span<byte> lows, Span<byte> highs)
    {
        Vector<byte> low = new(255), high = Vector<byte>.Zero;
        int x = 0, width = Vector<byte>.Count;
        ref byte first = ref MemoryMarshal.GetReference(row), firstLow = ref MemoryMarshal.GetReference(lows),
            firstHigh = ref MemoryMarshal.GetReference(highs);
        for (; x <= row.Length - width; x += width)
        {
            Vector<byte> pixels = Vector.LoadUnsafe(ref first, (nuint)x);
            low = Vector.Min(low, pixels);
            high = Vector.Max(high, pixels);
            Vector.Min(Vector.LoadUnsafe(ref firstLow, (nuint)x), pixels).StoreUnsafe(ref firstLow, (nuint)x);
            Vector.Max(Vector.LoadUnsafe(ref firstHigh, (nuint)x), pixels).StoreUnsafe(ref firstHigh, (nuint)x);
        }

        byte least = 255, most = 0;
        for (int lane = 0; lane < width && x > 0; lane++)
        {
            least = Math.Min(least, low[lane]);
            most = Math.Max(most, high[lane]);
        }

        for (; x < row.Length; x++)
        {
            least = Math.Min(least, row[x]);
            most = Math.Max(most, row[x]);
            lows[x] = Math.Min(lows[x], row[x]);
            highs[x] = Math.Max(highs[x], row[x]);
        }

        return (least, most);
    }
}

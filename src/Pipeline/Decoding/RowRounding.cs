using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Rounds rows of levels and adds them up before that, in float64.</summary>
/// <remarks>
/// Column x adds to lane x mod 8 in every path, so that the sums are the same bits whatever the vectors' length.
/// </remarks>
internal struct RowRounding(bool scalar)
{
    private const int Lanes = 8;
    private Vector512<double> _sum;
    private Vector512<double> _squares;

    /// <summary>Levels rounded to nearest, halves to even.</summary>
    public static void ToBytes(ReadOnlySpan<float> row, Span<byte> destination, bool scalar)
    {
        int x = 0;
        if (!scalar && Vector256.IsHardwareAccelerated)
        {
            for (; x + 32 <= row.Length; x += 32)
            {
                Vector256<ushort> low = Vector256.Narrow(Round(row, x), Round(row, x + 8));
                Vector256<ushort> high = Vector256.Narrow(Round(row, x + 16), Round(row, x + 24));
                Vector256.Narrow(low, high).StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)x);
            }
        }

        for (; x < row.Length; x++)
            destination[x] = (byte)MathF.Round(row[x]);
    }

    /// <summary>Levels times 256 rounded to nearest, halves to even.</summary>
    public static void ToUInt16(ReadOnlySpan<float> row, Span<ushort> destination, bool scalar)
    {
        int x = 0;
        if (!scalar && Vector256.IsHardwareAccelerated)
        {
            for (; x + 16 <= row.Length; x += 16)
            {
                Vector256<ushort> narrow = Vector256.Narrow(Round(row, x, 256), Round(row, x + 8, 256));
                narrow.StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)x);
            }
        }

        for (; x < row.Length; x++)
            destination[x] = (ushort)MathF.Round(row[x] * 256);
    }

    /// <summary>Adds a row to the sums.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        int x = 0;
        if (!scalar && Vector256.IsHardwareAccelerated)
        {
            Vector512<double> sum = _sum, squares = _squares;
            for (; x + Lanes <= row.Length; x += Lanes)
            {
                Vector256<float> values = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)x);
                Vector512<double> wide = Widen(values);
                sum += wide;
                squares += wide * wide;
            }

            _sum = sum;
            _squares = squares;
        }

        for (; x < row.Length; x++)
        {
            double value = row[x];
            _sum = _sum.WithElement(x % Lanes, _sum.GetElement(x % Lanes) + value);
            _squares = _squares.WithElement(x % Lanes, _squares.GetElement(x % Lanes) + (value * value));
        }
    }

    /// <summary>The sums over all rows.</summary>
    public readonly ResizeStatistics Total(long count)
    {
        double sum = 0, squares = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            sum += _sum.GetElement(lane);
            squares += _squares.GetElement(lane);
        }

        return new(sum, squares, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Round(ReadOnlySpan<float> row, int x, float scale = 1)
    {
        Vector256<float> values = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)x) * Vector256.Create(scale);
        return Vector256.ConvertToInt32(Vector256.Round(values)).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(Vector256<float> values)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Double(values);
        (Vector256<double> low, Vector256<double> high) = Vector256.Widen(values);
        return Vector512.Create(low, high);
    }
}

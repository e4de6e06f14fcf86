using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Reads a JPEG's coded data, stuffing removed, bit by bit.</summary>
/// <remarks>
/// Behind <paramref name="bytes"/> the data must go on with <see cref="Padding"/> bytes: one block may read into them, and
/// <see cref="IsOverrun"/> tells.
/// </remarks>
internal unsafe ref struct JpegBits(byte* data, int bytes)
{
    /// <summary>More than a block's longest coding.</summary>
    public const int Padding = 512;

    private readonly byte* _end = data + bytes;
    private byte* _next = data;
    private ulong _bits;
    private int _count;

    /// <summary>Whether more bits were taken than there are.</summary>
    public readonly bool IsOverrun => ((_next - _end) * 8) - _count > 0;

    /// <summary>
    /// Decodes one block.
    /// </summary>
    /// <param name="dc">The table of the block's first value.</param>
    /// <param name="ac">The table of the others.</param>
    /// <param name="quantum">What values count, in natural order.</param>
    /// <param name="predicted">The previous block's first value; becomes this block's.</param>
    /// <param name="block">64 zeros in natural order; gets the values times their quanta.</param>
    /// <returns>How many values in zigzag order may differ from zero; 0 for broken data.</returns>
    public int Block(
        JpegHuffman dc, JpegHuffman ac, scoped ReadOnlySpan<short> quantum, scoped ref int predicted, scoped Span<short> block)
    {
        Fill();
        int code = Code(dc);
        int size = code & 255;
        if (code == 0 || size > 15)
            return 0;
        Skip(code >> 8);
        if (size > 0)
            predicted += JpegHuffman.Extend(Take(size), size);
        block[0] = (short)(predicted * quantum[0]);
        int[] values = ac.Values;
        ReadOnlySpan<byte> natural = NaturalOrder;
        int k = 1;
        while (k < 64)
        {
            Fill();
            int look = (int)(_bits >> (64 - JpegHuffman.LookBits));
            int entry = values[look];
            int value;
            if (entry != 0)
            {
                k += (entry >> 8) & 15;
                value = entry >> 16;
                Skip(entry & 255);
            }
            else
            {
                code = Code(ac);
                if (code == 0)
                    return 0;
                Skip(code >> 8);
                size = code & 15;
                int run = (code >> 4) & 15;
                if (size == 0)
                {
                    if (run != 15)
                        break;
                    k += 16;
                    continue;
                }

                k += run;
                value = JpegHuffman.Extend(Take(size), size);
            }

            int at = natural[k++];
            block[at] = (short)(value * quantum[at]);
        }

        return k;
    }

    // Zigzag to rows; runs beyond the block end in its last value, as in libjpeg.
    private static ReadOnlySpan<byte> NaturalOrder =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
        63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
    ];

    /// <summary>Where the zigzag order's values lie in rows.</summary>
    public static ReadOnlySpan<byte> Zigzag => NaturalOrder[..64];

    // At least 56 bits afterwards, enough for the longest code and its value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fill()
    {
        if (_count >= 32)
            return;
        _bits |= BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(_next)) >> _count;
        _next += (63 - _count) >> 3;
        _count |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Code(JpegHuffman table)
    {
        int code = table.Codes[(int)(_bits >> (64 - JpegHuffman.LookBits))];
        return code != 0 ? code : table.LongCode((int)(_bits >> 48));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Skip(int count)
    {
        _bits <<= count;
        _count -= count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Take(int count)
    {
        int value = (int)(_bits >> (64 - count));
        Skip(count);
        return value;
    }
}

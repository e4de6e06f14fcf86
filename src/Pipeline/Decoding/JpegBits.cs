using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>Decodes one block.</summary>
    /// <typeparam name="TUse">Whether its values are wanted.</typeparam>
    /// <param name="dc">The table of the block's first value.</param>
    /// <param name="ac">The table of the others.</param>
    /// <param name="quantum">What values count, in natural order.</param>
    /// <param name="predicted">The previous block's first value; becomes this block's.</param>
    /// <param name="block">
    /// 64 zeros in natural order; gets the values times their quanta. The first alone where the others are not wanted.
    /// </param>
    /// <returns>How many values in zigzag order may differ from zero; 0 for broken data.</returns>
    public int Block<TUse>(
        JpegHuffman dc, JpegHuffman ac, scoped ReadOnlySpan<short> quantum, scoped ref int predicted, scoped Span<short> block)
        where TUse : struct, IBlockUse
    {
        // All state in locals: through the fields every step would wait for memory.
        ulong bits = _bits;
        int count = _count, k = 0;
        byte* next = _next;
        ref ulong looks = ref MemoryMarshal.GetArrayDataReference(ac.Looks);
        ref byte natural = ref MemoryMarshal.GetReference(NaturalOrder);
        ref short quanta = ref MemoryMarshal.GetReference(quantum);
        ref short target = ref MemoryMarshal.GetReference(block);
        Fill(ref bits, ref count, ref next);
        ulong dcLook = dc.Looks[(int)(bits >> (64 - JpegHuffman.LookBits))];
        int code, size;
        if (dcLook != 0)
        {
            predicted += (short)(dcLook >> 32);
            Skip((int)dcLook & 255, ref bits, ref count);
        }
        else
        {
            code = Code(dc, bits);
            size = code & 255;
            if (code == 0 || size > 15)
                return 0;
            Skip(code >> 8, ref bits, ref count);
            if (size > 0)
                predicted += JpegHuffman.Extend(Take(size, ref bits, ref count), size);
        }

        target = (short)(predicted * quanta);
        for (k = 1; k < 64;)
        {
            // Seldom, so that it is seldom guessed wrong.
            if (count < JpegHuffman.LookBits)
                Fill(ref bits, ref count, ref next);
            ulong look = Unsafe.Add(ref looks, (int)(bits >> (64 - JpegHuffman.LookBits)));
            if (look != 0 && k + (int)((look >> 18) & 63) < 64)
            {
                if (TUse.WantsValues)
                {
                    int first = Unsafe.Add(ref natural, k + (int)((look >> 8) & 31)),
                        second = Unsafe.Add(ref natural, k + (int)((look >> 13) & 31));
                    Unsafe.Add(ref target, first) = (short)((short)(look >> 32) * Unsafe.Add(ref quanta, first));
                    Unsafe.Add(ref target, second) = (short)((short)(look >> 48) * Unsafe.Add(ref quanta, second));
                }

                k += (byte)(look >> 24);
                Skip((int)look & (JpegHuffman.EndFlag - 1), ref bits, ref count);
                if ((look & JpegHuffman.EndFlag) != 0)
                    break;
                continue;
            }

            Fill(ref bits, ref count, ref next);
            code = Code(ac, bits);
            if (code == 0)
                return 0;
            Skip(code >> 8, ref bits, ref count);
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
            int value = JpegHuffman.Extend(Take(size, ref bits, ref count), size);

            // k is at most 63 + 15, for which the order has entries.
            int at = Unsafe.Add(ref natural, k++);
            if (TUse.WantsValues)
                Unsafe.Add(ref target, at) = (short)(value * Unsafe.Add(ref quanta, at));
        }

        _bits = bits;
        _count = count;
        _next = next;
        return k;
    }

    // Zigzag to rows; runs beyond the block end in its last value, as in libjpeg.
    private static ReadOnlySpan<byte> NaturalOrder =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
        63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
    ];

    /// <summary>Where the zigzag order's values lie in rows.</summary>
    public static ReadOnlySpan<byte> Zigzag => NaturalOrder[..64];

    // At least 32 bits afterwards, enough for the longest code and its value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ref ulong bits, ref int count, ref byte* next)
    {
        if (count >= 32)
            return;
        bits |= BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(next)) >> count;
        next += (63 - count) >> 3;
        count |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Code(JpegHuffman table, ulong bits)
    {
        int code = table.Codes[(int)(bits >> (64 - JpegHuffman.LookBits))];
        return code != 0 ? code : table.LongCode((int)(bits >> 48));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Skip(int length, ref ulong bits, ref int count)
    {
        bits <<= length;
        count -= length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Take(int length, ref ulong bits, ref int count)
    {
        int value = (int)(bits >> (64 - length));
        Skip(length, ref bits, ref count);
        return value;
    }
}

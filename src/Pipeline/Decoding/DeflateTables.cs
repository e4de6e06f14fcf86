using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// The codes of one DEFLATE block (RFC 1951) as tables for <see cref="ManagedInflater"/>: a fast pair, whose entries stand for
/// several symbols, and complete ones for single symbols.
/// </summary>
/// <remarks>
/// All tables are indexed by the next bits of the stream and lie in one piece of memory, so that one register reaches them. The
/// low six bits of every entry are the bits that it takes.
/// </remarks>
/// <param name="scalar">Whether vectors may not be used.</param>
internal sealed unsafe class DeflateTables(bool scalar) : IDisposable
{
    /// <summary>Bits that index the tables of literals and lengths.</summary>
    public const int Bits = 10;

    /// <summary>Bits that index the table of distances.</summary>
    public const int DistanceBits = 8;

    /// <summary>
    /// Up to two literals (their number in bits 6 and 7, they in bits 15 to 30) and then, if bit 31 is set, a match of at most
    /// <see cref="LongestFast"/> bytes (bits 8 to 13); or <see cref="Special"/>.
    /// </summary>
    public const int Main = 0;

    /// <summary>Up to three literals: their number in bits 6 and 7, they from bit 8 on. Zero where a match comes next.</summary>
    public const int Literals = Main + Size;

    /// <summary>
    /// A distance, with the bits of <see cref="NoMatch"/> reversed: bits 0 to 5 count its code and its extra bits, bits 8 to 13 the
    /// code alone, the base is in bits 16 to 31; or <see cref="Special"/>, with the place of a second table in bits 16 to 31 and its
    /// index bits in 8 to 11.
    /// </summary>
    public const int Distances = Literals + Size;

    /// <summary>
    /// One symbol: a <see cref="Literal"/> or the base of a length in bits 16 to 31, the length's extra bits in 8 to 11; <see
    /// cref="End"/>; <see cref="Special"/> with a second table as for distances; zero for no code.
    /// </summary>
    public const int Symbols = Distances + (1 << DistanceBits) + MostSecond;

    /// <summary>The longest match in <see cref="Main"/>: what one vector copies.</summary>
    public const int LongestFast = 32;

    /// <summary>
    /// The distance that takes no bits and stands where no match is: far enough back for the bytes there to be out of the
    /// processor's store queue, where a vector can't be read together from the pieces that were written.
    /// </summary>
    public const uint NoMatch = 1536 << 16;

    /// <summary>An entry that the fast path leaves to the other.</summary>
    public const uint Special = 1 << 14;

    /// <summary>A symbol that is a byte.</summary>
    public const uint Literal = 1 << 13;

    /// <summary>The symbol that ends the block.</summary>
    public const uint End = 1 << 12;

    private const int Size = 1 << Bits;

    // zlib's exhaustive search gives fewer for both kinds of code.
    private const int MostSecond = 1024;
    private const int Single = Symbols + Size + MostSecond;
    private const int MostLiterals = 286, MostDistances = 30, LongestCode = 15, EndSymbol = 256;
    private const uint IsMatch = 1u << 31, Count = 3 << 6, One = 1 << 6, Two = 2 << 6, Three = 3 << 6, Value = 255 << 15;

    private uint* _tables = (uint*)NativeMemory.AlignedAlloc((Single + Size) * sizeof(uint), 64);

    ~DeflateTables() => Free();

    /// <summary>The fast pair, for comparison.</summary>
    public ReadOnlySpan<uint> FastPair => new(_tables + Main, Distances - Main);

    /// <summary>How often tables were made.</summary>
    public int Made { get; private set; }

    /// <summary>The first of the tables.</summary>
    public uint* Start => _tables;

    private static ReadOnlySpan<ushort> LengthBase =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static ReadOnlySpan<byte> LengthExtra =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<ushort> DistanceBase =>
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
        16385, 24577,
    ];

    /// <summary>Makes the tables of a block.</summary>
    /// <param name="literals">Code lengths of the literals and lengths; 0 for none.</param>
    /// <param name="distances">Code lengths of the distances.</param>
    /// <returns>Whether zlib would take these codes.</returns>
    public bool Build(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        Made++;
        if (literals[EndSymbol] == 0 || !BuildSymbols(literals) || !BuildDistances(distances))
            return false;
        if (scalar || !Avx2.IsSupported)
            CombineOneByOne();
        else
            Combine();
        return true;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Orders the symbols that have codes by length and value, as codes are given.</summary>
    /// <param name="lengths">Code lengths.</param>
    /// <param name="counts">Gets the number of codes of each length, 0 to 15.</param>
    /// <param name="sorted">Gets the symbols.</param>
    /// <param name="mayBeIncomplete">Whether no code at all, or a single one of one bit, is a code.</param>
    /// <returns>How many symbols have codes; -1 where zlib would refuse the code.</returns>
    public static int Sort(ReadOnlySpan<byte> lengths, Span<int> counts, Span<ushort> sorted, bool mayBeIncomplete)
    {
        counts.Clear();
        foreach (byte length in lengths)
            counts[length]++;
        Span<int> next = stackalloc int[LongestCode + 2];
        int left = 1, longest = 0;
        next[1] = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            left = (2 * left) - counts[length];
            if (left < 0)
                return -1;
            longest = counts[length] > 0 ? length : longest;
            next[length + 1] = next[length] + counts[length];
        }

        if (left > 0 && (!mayBeIncomplete || longest > 1))
            return -1;
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                sorted[next[lengths[symbol]]++] = (ushort)symbol;
        }

        return next[LongestCode];
    }

    /// <summary>The code after this one, both with their first bit lowest.</summary>
    public static uint NextCode(uint reversed, int length)
    {
        uint bit = 1u << (length - 1);
        while ((reversed & bit) != 0)
            bit >>= 1;
        return bit == 0 ? 0 : (reversed & (bit - 1)) | bit;
    }

    private static uint SymbolEntry(int symbol) => symbol switch
    {
        < EndSymbol => Literal | ((uint)symbol << 16),
        EndSymbol => End,
        < MostLiterals => ((uint)LengthExtra[symbol - EndSymbol - 1] << 8) | ((uint)LengthBase[symbol - EndSymbol - 1] << 16),
        _ => 0,
    };

    private static void Fill(uint* table, uint first, uint step, uint size, uint entry)
    {
        for (uint i = first; i < size; i += step)
            table[i] = entry;
    }

    private bool BuildSymbols(ReadOnlySpan<byte> lengths)
    {
        Span<int> counts = stackalloc int[LongestCode + 1];
        Span<ushort> sorted = stackalloc ushort[lengths.Length];
        int codes = Sort(lengths, counts, sorted, mayBeIncomplete: true);
        if (codes < 0)
            return false;
        uint* symbols = _tables + Symbols, single = _tables + Single;
        new Span<uint>(symbols, Size).Clear();
        new Span<uint>(single, Size).Fill(Special);
        uint code = 0;
        int at = 0;
        for (int length = 1; length <= Bits; length++)
        {
            uint step = 1u << length;
            for (int i = 0; i < counts[length]; i++)
            {
                int symbol = sorted[at++];
                uint entry = SymbolEntry(symbol);
                Fill(symbols, code, step, Size, entry == 0 ? 0 : entry | (uint)length);
                if (symbol < EndSymbol)
                    Fill(single, code, step, Size, (uint)length | One | ((uint)symbol << 15));
                else
                    FillMatches(single, code, length, entry);
                code = NextCode(code, length);
            }
        }

        return BuildSecond(symbols, Bits, sorted[..codes], at, counts, code, distances: false);
    }

    // A length with its extra bits, if the index has room for both.
    private static void FillMatches(uint* single, uint code, int length, uint entry)
    {
        int extra = (int)((entry >> 8) & 15), bits = length + extra;
        uint values = 1u << extra, first = entry >> 16;
        if (first == 0 || bits > Bits || first + values - 1 > LongestFast)
            return;
        for (uint value = 0; value < values; value++)
            Fill(single, code | (value << length), 1u << bits, Size, (uint)bits | ((first + value) << 8) | IsMatch);
    }

    private bool BuildDistances(ReadOnlySpan<byte> lengths)
    {
        Span<int> counts = stackalloc int[LongestCode + 1];
        Span<ushort> sorted = stackalloc ushort[lengths.Length];
        int codes = Sort(lengths, counts, sorted, mayBeIncomplete: true);
        if (codes < 0)
            return false;
        const uint size = 1u << DistanceBits;
        uint* table = _tables + Distances;
        new Span<uint>(table, (int)size).Fill(Special ^ NoMatch);
        uint code = 0;
        int at = 0;
        for (int length = 1; length <= DistanceBits; length++)
        {
            for (int i = 0; i < counts[length]; i++)
            {
                Fill(table, code, 1u << length, size, DistanceEntry(sorted[at++], length));
                code = NextCode(code, length);
            }
        }

        return BuildSecond(table, DistanceBits, sorted[..codes], at, counts, code, distances: true);
    }

    private static uint DistanceEntry(int symbol, int length)
    {
        if (symbol >= MostDistances)
            return Special ^ NoMatch;
        int extra = symbol < 4 ? 0 : (symbol / 2) - 1;
        return (uint)(length + extra) | ((uint)length << 8) | (((uint)DistanceBase[symbol] << 16) ^ NoMatch);
    }

    // Codes longer than the index: those that begin alike share a second table, as large as its longest code needs.
    private static bool BuildSecond(
        uint* table, int indexBits, ReadOnlySpan<ushort> sorted, int at, ReadOnlySpan<int> counts, uint code, bool distances)
    {
        uint mask = (1u << indexBits) - 1, prefix = uint.MaxValue, start = 0, next = mask + 1;
        int bits = 0, length = indexBits + 1;
        for (int used = 0; at < sorted.Length; at++)
        {
            for (; used == counts[length]; used = 0)
                length++;
            if ((code & mask) != prefix)
            {
                prefix = code & mask;
                bits = length - indexBits;
                int room = (1 << bits) - (counts[length] - used);
                for (int longer = length + 1; room > 0 && longer <= LongestCode; longer++, bits++)
                    room = (2 * room) - counts[longer];
                start = next;
                next += 1u << bits;
                if (next > mask + 1 + MostSecond)
                    return false;
                table[prefix] = (Special | ((uint)bits << 8) | (start << 16)) ^ (distances ? NoMatch : 0);
            }

            uint entry = distances ? DistanceEntry(sorted[at], length) : SymbolEntry(sorted[at]);
            if (!distances && entry != 0)
                entry |= (uint)length;
            Fill(table + start, code >> indexBits, 1u << (length - indexBits), 1u << bits, entry);
            code = NextCode(code, length);
            used++;
        }

        return true;
    }

    // Eight entries at a time: a symbol, what follows it, and what follows both, as far as the index reaches.
    private void Combine()
    {
        uint* single = _tables + Single, main = _tables + Main, literals = _tables + Literals;
        Vector256<uint> taken = Vector256.Create(63u), count = Vector256.Create(Count), one = Vector256.Create(One);
        Vector256<uint> value = Vector256.Create(Value), special = Vector256.Create(Special);
        Vector256<int> most = Vector256.Create(Bits);
        Vector256<uint> index = Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7), step = Vector256.Create(8u);
        for (uint i = 0; i < Size; i += 8, index += step)
        {
            Vector256<uint> first = Vector256.Load(single + i);
            Vector256<uint> second = Avx2.GatherVector256(single, Avx2.ShiftRightLogicalVariable(index, first & taken).AsInt32(), 4);
            Vector256<uint> two = (first & taken) + (second & taken);
            Vector256<uint> third = Avx2.GatherVector256(single, Avx2.ShiftRightLogicalVariable(index, two).AsInt32(), 4);
            Vector256<uint> three = two + (third & taken);

            Vector256<uint> isLiteral = Vector256.Equals(first & count, one);
            Vector256<uint> hasSecond = isLiteral & Vector256.Equals(second & special, Vector256<uint>.Zero)
                & ~Vector256.GreaterThan(two.AsInt32(), most).AsUInt32();
            Vector256<uint> secondIsLiteral = hasSecond & Vector256.Equals(second & count, one);
            Vector256<uint> hasThird = secondIsLiteral & Vector256.Equals(third & special, Vector256<uint>.Zero)
                & ~Vector256.GreaterThan(three.AsInt32(), most).AsUInt32();
            Vector256<uint> thirdIsLiteral = Vector256.Equals(third & count, one);

            // Numbers and bits add up; the second literal goes behind the first.
            Vector256<uint> both = first + (second & ~value) + ((second & value) << 8);
            Vector256<uint> entry = Vector256.ConditionalSelect(hasSecond, both, first);
            Vector256.ConditionalSelect(hasThird & ~thirdIsLiteral, both + third, entry).Store(main + i);

            Vector256<uint> bytes = (first & value) >> 7;
            Vector256<uint> run = isLiteral & ((first & taken) | one | bytes);
            bytes |= (second & value) << 1;
            run = Vector256.ConditionalSelect(secondIsLiteral, two | Vector256.Create(Two) | bytes, run);
            bytes |= (third & value) << 9;
            run = Vector256.ConditionalSelect(hasThird & thirdIsLiteral, three | Vector256.Create(Three) | bytes, run);
            run.Store(literals + i);
        }
    }

    // The same without vectors. A value times 256 stands behind the first one.
    private void CombineOneByOne()
    {
        uint* single = _tables + Single, main = _tables + Main, literals = _tables + Literals;
        for (uint i = 0; i < Size; i++)
        {
            (main[i], literals[i]) = (single[i], 0);
            uint bits = 0, bytes = 0;
            for (int number = 0; number < 3; number++)
            {
                uint entry = single[i >> (int)bits];
                if ((entry & Special) != 0 || bits + (entry & 63) > Bits)
                    break;
                bool isLiteral = (entry & Count) == One;
                if (number == 1 || (number == 2 && !isLiteral))
                    main[i] += entry + ((entry & Value) * 255);
                if (!isLiteral)
                    break;
                bits += entry & 63;
                bytes |= ((entry >> 15) & 255) << (8 * (number + 1));
                literals[i] = bits | ((uint)(number + 1) << 6) | bytes;
            }
        }
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_tables);
        _tables = null;
    }
}

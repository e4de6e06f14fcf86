namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// One Huffman table of a JPEG, laid out for decoding 12 bits at a look: one code, or two values and the end of the block.
/// </summary>
internal sealed class JpegHuffman(bool isDc)
{
    /// <summary>Bits of a look.</summary>
    public const int LookBits = 12;

    /// <summary>Set in an entry of <see cref="Looks"/> whose last code ends the block.</summary>
    public const int EndFlag = 128;

    private const int MaxBits = 16;

    // What no value has: those of run 15 and no bits are not looked up.
    private const int EndRun = 15 << 8;

    private readonly int[] _lastCode = new int[MaxBits + 1];
    private readonly int[] _firstIndex = new int[MaxBits + 1];
    private readonly byte[] _symbols = new byte[256];
    private readonly byte[] _read = new byte[MaxBits + 256];
    private readonly int[] _singles = new int[1 << LookBits];
    private int _readBytes;

    /// <summary>By the next 12 bits: length &lt;&lt; 8 | symbol; 0 for a longer or impossible code.</summary>
    public ushort[] Codes { get; } = new ushort[1 << LookBits];

    /// <summary>
    /// By the next 12 bits, as many whole values as lie within them, two at most, and the block's end: the second value
    /// &lt;&lt; 48, the first &lt;&lt; 32, how far all of it goes &lt;&lt; 24, the highest place that must be inside the block
    /// &lt;&lt; 18, the place of the second value &lt;&lt; 13 and of the first &lt;&lt; 8, all counted from the present one;
    /// <see cref="EndFlag"/>; bits. A lone value is there twice; 0 for anything longer or impossible. In a table of first
    /// values: the value &lt;&lt; 32, bits.
    /// </summary>
    public ulong[] Looks { get; } = new ulong[1 << LookBits];

    /// <summary>Takes a table from a DHT segment, behind its class byte.</summary>
    /// <param name="data">16 counts of codes by length, then the symbols.</param>
    /// <param name="used">Bytes that the table took.</param>
    /// <returns>Whether it is a table that a decoder can use.</returns>
    public bool TryRead(ReadOnlySpan<byte> data, out int used)
    {
        used = 0;
        if (data.Length < MaxBits)
            return false;
        int total = 0;
        foreach (byte count in data[..MaxBits])
            total += count;
        used = MaxBits + total;
        if (total > 256 || data.Length < used)
            return false;

        // Most files of a set have the same tables.
        if (data[..used].SequenceEqual(_read.AsSpan(0, _readBytes)))
            return true;
        _readBytes = 0;
        data.Slice(MaxBits, total).CopyTo(_symbols);
        Array.Clear(Codes);
        for (int bits = 1, code = 0, index = 0; bits <= MaxBits; bits++, code <<= 1)
        {
            _firstIndex[bits] = index - code;
            for (int i = 0; i < data[bits - 1]; i++, code++, index++)
                Enter(bits, code, _symbols[index]);
            _lastCode[bits] = data[bits - 1] > 0 ? code - 1 : -1;
            if (code > 1 << bits)
                return false;
        }

        for (int look = 0; look < Looks.Length; look++)
            _singles[look] = Single(look);
        for (int look = 0; look < Looks.Length; look++)
            Looks[look] = isDc ? ((ulong)(ushort)(_singles[look] >> 16) << 32) | (byte)_singles[look] : Look(look);
        data[..used].CopyTo(_read);
        _readBytes = used;
        return true;
    }

    /// <summary>The length and symbol of a code longer than a look, from the next 16 bits; 0 for an impossible one.</summary>
    public int LongCode(int next16)
    {
        for (int bits = LookBits + 1; bits <= MaxBits; bits++)
        {
            int code = next16 >> (MaxBits - bits);
            if (code <= _lastCode[bits])
                return (bits << 8) | _symbols[(_firstIndex[bits] + code) & 255];
        }

        return 0;
    }

    /// <summary>A value from its bits, as JPEG codes it: a leading 0 means negative.</summary>
    /// <remarks>Without a branch, which would be guessed wrong every second time.</remarks>
    public static int Extend(int value, int bits) => value + (((value - (1 << (bits - 1))) >> 31) & (1 - (1 << bits)));

    private void Enter(int bits, int code, byte symbol)
    {
        if (bits > LookBits || code >= 1 << bits)
            return;
        int first = code << (LookBits - bits), count = 1 << (LookBits - bits);
        Codes.AsSpan(first, count).Fill((ushort)((bits << 8) | symbol));
    }

    // One code and its value, where both lie within a look: value << 16 | run << 8 | bits; an end of the block has run 15 and
    // no value. 0 otherwise.
    private int Single(int look)
    {
        int bits = Codes[look] >> 8, run = (Codes[look] >> 4) & 15, size = Codes[look] & 15;
        if (bits == 0 || bits + size > LookBits || (isDc && (Codes[look] & 255) > 15))
            return 0;
        if (size > 0)
            return (Extend((look >> (LookBits - bits - size)) & ((1 << size) - 1), size) << 16) | (run << 8) | (bits + size);
        if (isDc)
            return bits;
        return run == 15 ? 0 : EndRun | bits;
    }

    private ulong Look(int look)
    {
        int first = _singles[look], used = (byte)first;
        if (first == 0)
            return 0;
        if ((first >> 8) == EndRun >> 8)
            return (uint)(EndFlag | used);
        int next = _singles[(look << used) & ((1 << LookBits) - 1)], end = 0;
        int run = (first >> 8) & 15, place = run, at = run + 1, second = first;
        bool fits = next != 0 && used + (byte)next <= LookBits;
        if (fits && (next >> 8) != EndRun >> 8)
        {
            (second, place) = (next, at + ((next >> 8) & 15));
            at = place + 1;
            used += (byte)next;
            next = _singles[(look << used) & ((1 << LookBits) - 1)];
            fits = next != 0 && used + (byte)next <= LookBits;
        }

        if (fits && (next >> 8) == EndRun >> 8)
        {
            end = EndFlag;
            used += (byte)next;
        }

        int inside = end != 0 ? at : place;
        return ((ulong)(ushort)(second >> 16) << 48) | (
            (ulong)(ushort)(first >> 16) << 32) | ((ulong)at << 24) | ((ulong)inside << 18)
            | ((ulong)place << 13) | ((ulong)run << 8) | (uint)(end | used);
    }
}

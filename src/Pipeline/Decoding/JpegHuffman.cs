namespace ChestXray.Pipeline.Decoding;

/// <summary>One Huffman table of a JPEG, laid out for decoding 11 bits at a look.</summary>
internal sealed class JpegHuffman
{
    /// <summary>Bits of a look.</summary>
    public const int LookBits = 11;

    private const int MaxBits = 16;

    private readonly int[] _lastCode = new int[MaxBits + 1];
    private readonly int[] _firstIndex = new int[MaxBits + 1];
    private readonly byte[] _symbols = new byte[256];

    /// <summary>By the next 11 bits: length &lt;&lt; 8 | symbol; 0 for a longer or impossible code.</summary>
    public ushort[] Codes { get; } = new ushort[1 << LookBits];

    /// <summary>
    /// By the next 11 bits, where code and value both lie within them: value &lt;&lt; 16 | run &lt;&lt; 8 | bits of both;
    /// otherwise 0.
    /// </summary>
    public int[] Values { get; } = new int[1 << LookBits];

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

        FillValues();
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
    public static int Extend(int value, int bits) => value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value;

    private void Enter(int bits, int code, byte symbol)
    {
        if (bits > LookBits || code >= 1 << bits)
            return;
        int first = code << (LookBits - bits), count = 1 << (LookBits - bits);
        Codes.AsSpan(first, count).Fill((ushort)((bits << 8) | symbol));
    }

    private void FillValues()
    {
        for (int look = 0; look < Values.Length; look++)
        {
            int bits = Codes[look] >> 8, run = (Codes[look] >> 4) & 15, size = Codes[look] & 15;
            Values[look] = 0;
            if (bits == 0 || size == 0 || bits + size > LookBits)
                continue;
            int value = Extend((look >> (LookBits - bits - size)) & ((1 << size) - 1), size);
            Values[look] = (value << 16) | (run << 8) | (bits + size);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// DEFLATE (RFC 1951) in C#, made for two streams at a time on one thread: <see cref="RunTogether"/>. Two take about as long as
/// ISA-L, one a little longer than libdeflate.
/// </summary>
/// <remarks>
/// <para>Inflating one stream waits: the place of a symbol is known when the one before it is. A step here is therefore free of
/// branches that depend on the data (any literals, and a match or none), and the steps of two streams take turns, so that the
/// processor works on one while the other waits.</para>
/// <para>What the fast step can't do (long codes and matches, near ones, the ends of input and output) goes symbol by symbol.</para>
/// </remarks>
internal sealed unsafe class ManagedInflater : IInflater
{
    // A step reads 8 bytes and writes at most 3 + 2 + 32.
    private const int InputMargin = 8, OutputMargin = 64;
    private const int MostLiteralCodes = 286, MostDistanceCodes = 30, LengthCodes = 19, MostLengths = 320;
    private const int NearestFast = 32;
    private const uint Mask = (1 << DeflateTables.Bits) - 1, DistanceMask = (1 << DeflateTables.DistanceBits) - 1;

    private readonly DeflateTables _tables;
    private byte* _input;
    private long _length;
    private byte* _output;
    private byte* _end;
    private byte* _next;
    private ulong _position;
    private State _state;
    private bool _isLast;
    private bool _hasFixed;

    /// <param name="scalar">Whether to do without vectors where tables are made.</param>
    public ManagedInflater(bool scalar = false) => _tables = new(scalar);

    private enum State
    {
        Header,
        Codes,
        Done,
        Full,
        Bad,
    }

    public InflateLibrary Library => InflateLibrary.Managed;

    // A part's output would have to hold the 32 KB before it.
    public bool CanPause => false;

    public int Consumed => (int)Math.Min(_length, (long)((_position + 7) >> 3));

    /// <summary>How often tables were made, in all streams so far.</summary>
    public int TablesMade => _tables.Made;

    /// <summary>Whether the begun stream has ended, or is known to be broken or too long.</summary>
    public bool HasEnded => _state is not (State.Header or State.Codes);

    private ulong LastFastPosition => (ulong)Math.Max(0, _length - InputMargin) * 8;

    private bool IsCutOff => _position > (ulong)_length * 8;

    private static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>A new instance; null on a processor where it is slower than the runtime's library: it lacks AVX2 or BMI2.</summary>
    public static ManagedInflater? TryCreate() => Avx2.IsSupported && Bmi2.X64.IsSupported ? new() : null;

    /// <summary>Inflates two begun streams side by side, until one of them has ended (or is known to be broken).</summary>
    public static void RunTogether(ManagedInflater first, ManagedInflater second)
    {
        while (first.Prepare() && second.Prepare())
            Run(first, second);
    }

    /// <summary>Begins a stream.</summary>
    /// <param name="deflate">The stream; it stays where it is until it has ended.</param>
    /// <param name="length">Its bytes, possibly with others behind it.</param>
    /// <param name="output">Where the data goes; it stays, too.</param>
    /// <param name="capacity">Room there.</param>
    public void Begin(byte* deflate, int length, byte* output, int capacity)
    {
        _input = deflate;
        _output = _next = output;
        _end = output + capacity;
        (_length, _position, _state, _isLast) = (length, 0, State.Header, false);
    }

    /// <summary>Inflates what is left of the begun stream.</summary>
    /// <param name="written">Bytes of the output that were filled.</param>
    public InflateStatus Finish(out int written)
    {
        while (Prepare())
            Run();
        written = (int)(_next - _output);
        return _state switch { State.Done => InflateStatus.Done, State.Full => InflateStatus.OutputFull, _ => InflateStatus.BadData };
    }

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* input = deflate, destination = output)
        {
            Begin(input, deflate.Length, destination, output.Length);
            InflateStatus status = Finish(out written);
            consumed = Consumed;
            return status;
        }
    }

    public void Begin(byte* deflate, int length) => throw new NotSupportedException("This library can't stop within a stream.");

    public InflateStatus Next(Span<byte> output, out int written) =>
        throw new NotSupportedException("This library can't stop within a stream.");

    public void Dispose() => _tables.Dispose();

    private static void Run(ManagedInflater a, ManagedInflater b)
    {
        byte* inputA = a._input, nextA = a._next, startA = a._output, inputB = b._input, nextB = b._next, startB = b._output;
        uint* tablesA = a._tables.Start, tablesB = b._tables.Start;
        ulong positionA = a._position, positionB = b._position, lastA = a.LastFastPosition, lastB = b.LastFastPosition;
        byte* endA = a._end - OutputMargin, endB = b._end - OutputMargin;
        while (positionA <= lastA && positionB <= lastB && nextA <= endA && nextB <= endB)
        {
            if (!Step(inputA, ref positionA, ref nextA, startA, tablesA))
            {
                a.Save(positionA, nextA);
                bool goesOn = a.Symbols();
                positionA = a._position;
                nextA = a._next;
                if (!goesOn)
                    break;
            }

            if (!Step(inputB, ref positionB, ref nextB, startB, tablesB))
            {
                b.Save(positionB, nextB);
                bool goesOn = b.Symbols();
                positionB = b._position;
                nextB = b._next;
                if (!goesOn)
                    break;
            }
        }

        a.Save(positionA, nextA);
        b.Save(positionB, nextB);
    }

    private void Run()
    {
        byte* input = _input, next = _next, start = _output, end = _end - OutputMargin;
        uint* tables = _tables.Start;
        ulong position = _position, last = LastFastPosition;
        while (position <= last && next <= end)
        {
            if (Step(input, ref position, ref next, start, tables))
                continue;
            Save(position, next);
            bool goesOn = Symbols();
            position = _position;
            next = _next;
            if (!goesOn)
                break;
        }

        Save(position, next);
    }

    private void Save(ulong position, byte* next)
    {
        _position = position;
        _next = next;
    }

    // Up to three literals; then up to two and a match, or none: then 32 bytes are copied all the same, and overwritten later.
    // False where the second half is left to Symbols.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Step(byte* input, ref ulong position, ref byte* next, byte* start, uint* tables)
    {
        ulong bits = *(ulong*)(input + (position >> 3)) >> (int)(position & 7);
        uint literals = (tables + DeflateTables.Literals)[bits & Mask];
        byte* at = next;
        *(uint*)at = literals >> 8;
        at += (literals >> 6) & 3;
        bits >>= (int)literals;
        uint main = tables[bits & Mask];
        bits >>= (int)main;
        uint distance = ((tables + DeflateTables.Distances)[bits & DistanceMask] & (uint)((int)main >> 31)) ^ DeflateTables.NoMatch;
        if (((main | distance) & DeflateTables.Special) != 0)
        {
            next = at;
            position += literals & 63;
            return false;
        }

        byte* to = at + ((main >> 6) & 3);
        nuint far = (nuint)(Low(bits, distance) >> (int)(distance >> 8)) + (distance >> 16);
        byte* from = to - far;
        if (far < NearestFast || from < start)
        {
            next = at;
            position += literals & 63;
            return false;
        }

        Sse.Prefetch0(to + 768);
        *(ushort*)at = (ushort)(main >> 15);
        Vector256.Load(from).Store(to);
        next = to + ((main >> 8) & 63);
        position += (literals + main + distance) & 63;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Low(ulong bits, uint count) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ZeroHighBits(bits, count) : bits & ((1ul << (int)count) - 1);

    // Whether the fast loops have something to do: a block of codes, and room on both sides. Everything else is done here.
    private bool Prepare()
    {
        while (true)
        {
            switch (_state)
            {
                case State.Header:
                    ReadHeader();
                    break;
                case State.Codes when _position <= LastFastPosition && _length >= InputMargin && _end - _next >= OutputMargin:
                    return true;
                case State.Codes:
                    Symbols();
                    break;
                default:
                    return false;
            }
        }
    }

    // 57 bits at least; behind the stream they are zero, and IsCutOff says that they were used.
    private ulong Peek()
    {
        long at = (long)(_position >> 3);
        if (at + 8 <= _length)
            return *(ulong*)(_input + at) >> (int)(_position & 7);
        ulong bits = 0;
        for (int i = 0; at + i < _length; i++)
            bits |= (ulong)_input[at + i] << (8 * i);
        return bits >> (int)(_position & 7);
    }

    private uint Take(int bits)
    {
        uint value = (uint)Peek() & ((1u << bits) - 1);
        _position += (uint)bits;
        return value;
    }

    // A few symbols, up to a match; false where the block has ended or can't go on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Symbols()
    {
        uint* tables = _tables.Start;
        for (int i = 0; i < 4; i++)
        {
            ulong bits = Peek();
            uint entry = (tables + DeflateTables.Symbols)[bits & Mask];
            if ((entry & DeflateTables.Special) != 0)
            {
                uint index = (uint)(bits >> DeflateTables.Bits) & ((1u << (int)((entry >> 8) & 15)) - 1);
                entry = (tables + DeflateTables.Symbols)[(entry >> 16) + index];
            }

            int taken = (int)(entry & 63);
            _position += (uint)taken;
            if (taken == 0 || IsCutOff)
                return Stop(State.Bad);
            if ((entry & DeflateTables.Literal) != 0)
            {
                if (_next == _end)
                    return Stop(State.Full);
                *_next++ = (byte)(entry >> 16);
                continue;
            }

            if ((entry & DeflateTables.End) != 0)
                return Stop(_isLast ? State.Done : State.Header);
            return Match(bits >> taken, entry);
        }

        return true;
    }

    private bool Match(ulong bits, uint entry)
    {
        int extra = (int)((entry >> 8) & 15);
        int length = (int)((entry >> 16) + ((uint)bits & ((1u << extra) - 1)));
        bits >>= extra;
        uint* table = _tables.Start + DeflateTables.Distances;
        uint distance = table[bits & DistanceMask] ^ DeflateTables.NoMatch;
        if ((distance & DeflateTables.Special) != 0)
        {
            int indexBits = (int)((distance >> 8) & 15);
            distance = indexBits == 0
                ? 0
                : table[(distance >> 16) + ((uint)(bits >> DeflateTables.DistanceBits) & ((1u << indexBits) - 1))] ^ DeflateTables.NoMatch;
        }

        int taken = (int)(distance & 63);
        _position += (uint)(extra + taken);
        if (taken == 0 || (distance & DeflateTables.Special) != 0 || IsCutOff)
            return Stop(State.Bad);
        long far = (long)((bits & ((1ul << taken) - 1)) >> (int)(distance >> 8)) + (distance >> 16);
        if (far > _next - _output)
            return Stop(State.Bad);
        long room = _end - _next;
        Copy(_next, far, Math.Min(length, room), room);
        _next += Math.Min(length, room);
        return length <= room || Stop(State.Full);
    }

    private static void Copy(byte* to, long far, long length, long room)
    {
        byte* from = to - far;
        if (far >= 16 && room >= length + 16)
        {
            for (long i = 0; i < length; i += 16)
                Vector128.Load(from + i).Store(to + i);
        }
        else if (far == 1)
        {
            new Span<byte>(to, (int)length).Fill(*from);
        }
        else
        {
            for (long i = 0; i < length; i++)
                to[i] = from[i];
        }
    }

    private void ReadHeader()
    {
        _isLast = Take(1) != 0;
        switch (Take(2))
        {
            case 0:
                CopyStored();
                break;
            case 1:
                BuildFixed();
                break;
            case 2:
                ReadCodes();
                break;
            default:
                Stop(State.Bad);
                break;
        }
    }

    private void CopyStored()
    {
        _position = (_position + 7) & ~7ul;
        uint length = Take(16), complement = Take(16);
        long at = (long)(_position >> 3);
        if (IsCutOff || length != (complement ^ 0xFFFF) || length > _length - at)
        {
            Stop(State.Bad);
            return;
        }

        long room = Math.Min(length, _end - _next);
        Buffer.MemoryCopy(_input + at, _next, room, room);
        _next += room;
        _position += (ulong)room * 8;
        Stop(room < length ? State.Full : _isLast ? State.Done : State.Header);
    }

    // Blocks of these codes may be ten bits long, and many: the tables are not made again for each.
    private void BuildFixed()
    {
        if (_hasFixed)
        {
            Stop(State.Codes);
            return;
        }

        Span<byte> lengths = stackalloc byte[288 + 32];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..288].Fill(8);
        lengths[288..].Fill(5);
        _hasFixed = _tables.Build(lengths[..288], lengths[288..]);
        Stop(State.Codes);
    }

    private void ReadCodes()
    {
        _hasFixed = false;
        int literals = (int)Take(5) + 257, distances = (int)Take(5) + 1, codes = (int)Take(4) + 4;
        Span<byte> codeLengths = stackalloc byte[LengthCodes], lengths = stackalloc byte[MostLengths];
        codeLengths.Clear();
        for (int i = 0; i < codes; i++)
            codeLengths[LengthOrder[i]] = (byte)Take(3);
        bool isGood = literals <= MostLiteralCodes && distances <= MostDistanceCodes
            && ReadLengths(codeLengths, lengths[..(literals + distances)])
            && _tables.Build(lengths[..literals], lengths[literals..(literals + distances)]);
        Stop(isGood ? State.Codes : State.Bad);
    }

    private bool ReadLengths(ReadOnlySpan<byte> code, Span<byte> lengths)
    {
        const int bitsOfIndex = 7, repeat = 16, zeros = 17;
        Span<byte> table = stackalloc byte[1 << bitsOfIndex];
        Span<int> counts = stackalloc int[16];
        Span<ushort> sorted = stackalloc ushort[LengthCodes];
        if (DeflateTables.Sort(code, counts, sorted, mayBeIncomplete: false) < 0)
            return false;
        uint next = 0;
        for (int length = 1, at = 0; length <= bitsOfIndex; length++)
        {
            for (int i = 0; i < counts[length]; i++, at++, next = DeflateTables.NextCode(next, length))
            {
                for (uint place = next; place < table.Length; place += 1u << length)
                    table[(int)place] = (byte)((sorted[at] << 3) | length);
            }
        }

        for (int i = 0; i < lengths.Length;)
        {
            ulong bits = Peek();
            int entry = table[(int)bits & 127], taken = entry & 7, symbol = entry >> 3;
            bits >>= taken;
            if (symbol < repeat)
            {
                lengths[i++] = (byte)symbol;
                _position += (uint)taken;
                continue;
            }

            (int extra, int times, byte value) = symbol switch
            {
                repeat => (2, 3 + (int)(bits & 3), i > 0 ? lengths[i - 1] : byte.MaxValue),
                zeros => (3, 3 + (int)(bits & 7), (byte)0),
                _ => (7, 11 + (int)(bits & 127), (byte)0),
            };
            _position += (uint)(taken + extra);
            if (value == byte.MaxValue || times > lengths.Length - i)
                return false;
            lengths.Slice(i, times).Fill(value);
            i += times;
        }

        return !IsCutOff;
    }

    private bool Stop(State state)
    {
        _state = IsCutOff ? State.Bad : state;
        return false;
    }
}

using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// The luma plane of baseline JPEG files in one interleaved scan: nearly all that exist. Chroma is parsed, not transformed.
/// </summary>
/// <remarks>
/// Stricter than libjpeg, which paints over damage: data that ends early or has impossible codes is refused. Files of any other
/// kind are left to the library.
/// </remarks>
internal sealed unsafe class BaselineJpeg
{
    private const int MaxTables = 4;
    private const int MaxBlocksPerUnit = 10;

    private readonly short[][] _quanta = [.. Enumerable.Range(0, MaxTables).Select(_ => new short[64])];
    private readonly JpegHuffman[] _dc = [.. Enumerable.Range(0, MaxTables).Select(_ => new JpegHuffman(isDc: true))];
    private readonly JpegHuffman[] _ac = [.. Enumerable.Range(0, MaxTables).Select(_ => new JpegHuffman(isDc: false))];
    private readonly Plane[] _planes = new Plane[3];
    private readonly List<int> _segments = [];
    private readonly PinnedBuffer _coded = new();
    private readonly PinnedBuffer _padded = new();
    private readonly int[] _predicted = new int[3];
    private int _seen;
    private int _restart;
    private int _side;

    /// <summary>Decodes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="jpeg">Its segments.</param>
    /// <param name="side">Pixels of a block's side in the output: 8, or 4, 2 or 1 for a smaller image.</param>
    /// <param name="grey">Gets the luma plane, its sides times <paramref name="side"/> / 8, rounded up.</param>
    /// <returns>False for a kind of file that is the library's.</returns>
    /// <exception cref="ImageFormatException">The coded data is broken.</exception>
    public bool TryDecode(ReadOnlySpan<byte> file, JpegFile jpeg, int side, Span<byte> grey)
    {
        if (jpeg.Progressive || jpeg.Color == ImageColor.Rgb || jpeg.Scans != 1)
            return false;
        ReadTables(file, jpeg, out ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> scan, out int coded);
        if (JpegFile.EndOfScan(file, coded) != jpeg.Length - 2 || !ReadPlanes(frame, scan, jpeg.Components))
            return false;
        int unitsAcross = Units(jpeg.Width, _planes[0].Across), unitsDown = Units(jpeg.Height, _planes[0].Down);
        long units = (long)unitsAcross * unitsDown, segments = _restart == 0 ? 1 : (units + _restart - 1) / _restart;
        Span<byte> data = Unstuff(file[coded..(jpeg.Length - 2)], segments);
        int stride = unitsAcross * _planes[0].Across * side;
        Span<byte> padded = _padded.Reserve(checked(stride * unitsDown * _planes[0].Down * side));
        _side = side;
        fixed (byte* start = data, pixels = padded)
            DecodeUnits(start, pixels, stride, unitsAcross, (int)units);
        int width = Scaled(jpeg.Width, side), height = Scaled(jpeg.Height, side);
        for (int y = 0; y < height; y++)
            padded.Slice(y * stride, width).CopyTo(grey[(y * width)..]);
        return true;
    }

    /// <summary>A length in an image whose blocks have sides of so many pixels.</summary>
    public static int Scaled(int pixels, int side) => ((pixels * side) + 7) / 8;

    private static int Units(int pixels, int blocks) => (pixels + (8 * blocks) - 1) / (8 * blocks);

    private void DecodeUnits(byte* data, byte* pixels, int stride, int unitsAcross, int units)
    {
        short* block = stackalloc short[64];
        Span<short> values = new(block, 64);
        values.Clear();
        Span<short> ignored = stackalloc short[1];
        int planes = _planes[1].Across == 0 ? 1 : 3;
        for (int segment = 0, unit = 0; unit < units; segment++)
        {
            JpegBits bits = new(data + _segments[segment], _segments[segment + 1] - _segments[segment] - JpegBits.Padding);
            int last = _restart == 0 ? units : Math.Min(units, unit + _restart);
            Array.Clear(_predicted);
            for (; unit < last; unit++)
            {
                int row = unit / unitsAcross * _planes[0].Down, column = unit % unitsAcross * _planes[0].Across;
                DecodeLuma(ref bits, block, values, pixels + ((((long)row * stride) + column) * _side), stride);
                for (int plane = 1; plane < planes; plane++)
                    SkipChroma(ref bits, plane, ignored);
            }
        }
    }

    private void DecodeLuma(ref JpegBits bits, short* block, scoped Span<short> values, byte* pixels, int stride)
    {
        Plane luma = _planes[0];
        for (int i = 0; i < luma.Across * luma.Down; i++)
        {
            int count = _side == 1
                ? bits.Block<MeanAlone>(_dc[luma.Dc], _ac[luma.Ac], _quanta[luma.Quantum], ref _predicted[0], values)
                : bits.Block<AllValues>(_dc[luma.Dc], _ac[luma.Ac], _quanta[luma.Quantum], ref _predicted[0], values);
            if (count == 0 || bits.IsOverrun)
                throw Broken(count == 0);
            byte* target = pixels + ((((long)(i / luma.Across) * stride) + (i % luma.Across)) * _side);
            bool isFlat = count == 1 || _side == 1;
            if (_side < 8)
                ReducedJpegTransform.Block(block, isFlat, _side, target, stride);
            else if (isFlat)
                JpegTransform.Flat(block[0], target, stride);
            else
                JpegTransform.Block(block, target, stride);
            if (!isFlat)
                values.Clear();
        }
    }

    private void SkipChroma(ref JpegBits bits, int plane, scoped Span<short> ignored)
    {
        Plane chroma = _planes[plane];
        for (int i = 0; i < chroma.Across * chroma.Down; i++)
        {
            int count = bits.Block<MeanAlone>(
                _dc[chroma.Dc], _ac[chroma.Ac], _quanta[chroma.Quantum], ref _predicted[plane], ignored);
            if (count == 0 || bits.IsOverrun)
                throw Broken(count == 0);
        }
    }

    // Drops the zero behind each FF and splits at restart markers; every piece gets its own padding.
    private Span<byte> Unstuff(ReadOnlySpan<byte> scan, long segments)
    {
        if (segments > scan.Length + 1)
            throw Broken(impossible: false);
        Span<byte> data = _coded.Reserve(checked((int)(scan.Length + (segments * JpegBits.Padding))));
        _segments.Clear();
        _segments.Add(0);
        int length = 0;
        while (true)
        {
            int marker = scan.IndexOf((byte)0xFF);
            int plain = marker < 0 ? scan.Length : marker;
            scan[..plain].CopyTo(data[length..]);
            length += plain;
            scan = scan[plain..];
            if (scan is [0xFF, 0, ..])
            {
                data[length++] = 0xFF;
                scan = scan[2..];
            }
            else if (scan is [0xFF] or [0xFF, 0xFF, ..])
            {
                // Markers may have any number of FF before them.
                scan = scan[1..];
            }
            else
            {
                data.Slice(length, JpegBits.Padding).Clear();
                length += JpegBits.Padding;
                _segments.Add(length);
                int done = _segments.Count - 1;
                bool isExpected = scan.IsEmpty ? done == segments : done < segments && scan[1] == 0xD0 + ((done - 1) & 7);
                if (!isExpected)
                    throw Bad($"{done} of {segments} pieces between restart markers end in the wrong place");
                if (scan.IsEmpty)
                    return data;
                scan = scan[2..];
            }
        }
    }

    private void ReadTables(
        ReadOnlySpan<byte> file, JpegFile jpeg, out ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> scan, out int coded)
    {
        (_seen, _restart) = (0, 0);
        frame = default;
        for (int position = 2; position < jpeg.FirstScan;)
        {
            byte marker = JpegFile.Segment(file, ref position, out ReadOnlySpan<byte> data);
            if (marker is 0xC0 or 0xC1)
                frame = data;
            else if (marker == 0xDB)
                ReadQuanta(data);
            else if (marker == 0xC4)
                ReadHuffman(data);
            else if (marker == 0xDD)
                _restart = data.Length == 2
                    ? BinaryPrimitives.ReadUInt16BigEndian(data) : throw Bad("its restart interval is no number");
        }

        coded = jpeg.FirstScan;
        JpegFile.Segment(file, ref coded, out scan);
    }

    // False for luma that is not at full size: the library scales it.
    private bool ReadPlanes(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> scan, int components)
    {
        if (scan.Length != 4 + (2 * components) || scan[0] != components)
            throw Bad("its only scan does not have all planes");
        Array.Clear(_planes);
        int blocks = 0;
        for (int i = 0; i < components; i++)
        {
            ReadOnlySpan<byte> part = frame.Slice(6 + (3 * i), 3);
            (int across, int down) = (part[1] >> 4, part[1] & 15);
            if (across is < 1 or > 4 || down is < 1 or > 4)
                throw Bad($"plane {i} has {across} x {down} blocks; 1 to 4 are allowed");
            if (components == 1)
                (across, down) = (1, 1);
            Plane plane = new(across, down, part[2], scan[2 + (2 * i)] >> 4, scan[2 + (2 * i)] & 15);
            bool known = plane is { Quantum: < MaxTables, Dc: < MaxTables, Ac: < MaxTables }
                && Seen(0, plane.Quantum) && Seen(1, plane.Dc) && Seen(2, plane.Ac);
            if (!known || scan[1 + (2 * i)] != part[0])
                throw Bad($"plane {i} has no table of quanta or codes, or another name in the scan");
            if (i > 0 && (across > _planes[0].Across || down > _planes[0].Down))
                return false;
            blocks += across * down;
            _planes[i] = plane;
        }

        return blocks <= MaxBlocksPerUnit ? true : throw Bad($"a unit has {blocks} blocks; {MaxBlocksPerUnit} are allowed");
    }

    private void ReadQuanta(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            // 16 bits per quantum (the high digit 1) are legal, and 8-bit files do not need them.
            int bytes = data[0] >> 4 == 0 ? 1 : 2, index = data[0] & 15;
            if (data.Length < 1 + (64 * bytes) || data[0] >> 4 > 1 || index >= MaxTables)
                throw Bad($"a table of quanta has class {data[0]:x2} and {data.Length - 1} bytes");
            for (int i = 0; i < 64; i++)
            {
                int quantum = bytes == 1 ? data[1 + i] : BinaryPrimitives.ReadUInt16BigEndian(data[(1 + (2 * i))..]);
                _quanta[index][JpegBits.Zigzag[i]] = (short)quantum;
            }

            See(0, index);
            data = data[(1 + (64 * bytes))..];
        }
    }

    private void ReadHuffman(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int kind = data[0] >> 4, index = data[0] & 15;
            if (kind > 1 || index >= MaxTables)
                throw Bad($"a Huffman table has class {data[0]:x2}");
            if (!(kind == 0 ? _dc : _ac)[index].TryRead(data[1..], out int used))
                throw Bad("a Huffman table is impossible");
            See(1 + kind, index);
            data = data[(1 + used)..];
        }
    }

    private void See(int kind, int index) => _seen |= 1 << ((kind * MaxTables) + index);

    private bool Seen(int kind, int index) => (_seen & (1 << ((kind * MaxTables) + index))) != 0;

    private static ImageFormatException Broken(bool impossible) => impossible
        ? Bad("its coded data has an impossible code")
        : new(DecodeReasons.Truncated, "The JPEG's coded data ends before its last row. Fetch the file again.");

    private static ImageFormatException Bad(string what) =>
        new(DecodeReasons.BadJpeg, $"Broken JPEG: {what}. Fetch the file again.");

    private readonly record struct Plane(int Across, int Down, int Quantum, int Dc, int Ac);
}

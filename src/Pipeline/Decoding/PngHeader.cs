using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>PNG's IHDR chunk: sides, sample format, interlacing. Checked when made.</summary>
internal readonly record struct PngHeader
{
    public const int Length = 13;

    private PngHeader(ReadOnlySpan<byte> data)
    {
        Width = BinaryPrimitives.ReadUInt32BigEndian(data);
        Height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        BitDepth = data[8];
        ColorType = data[9];
        Interlaced = data[12] == 1;
    }

    public uint Width { get; }

    public uint Height { get; }

    public int BitDepth { get; }

    /// <summary>0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</summary>
    public int ColorType { get; }

    public bool Interlaced { get; }

    public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>How far back a filter's left neighbour lies.</summary>
    public int BytesPerPixel => Math.Max(1, BitsPerPixel / 8);

    public ImageColor Color => ColorType switch
    {
        0 => ImageColor.Grey,
        2 => ImageColor.Rgb,
        3 => ImageColor.Palette,
        4 => ImageColor.GreyAlpha,
        _ => ImageColor.Rgba,
    };

    public static PngHeader Parse(ReadOnlySpan<byte> data, DecoderOptions options)
    {
        PngHeader header = new(data);
        if (header.Width == 0 || header.Height == 0 || header.Width > int.MaxValue || header.Height > int.MaxValue)
            throw Bad($"its sides are {header.Width} x {header.Height}; PNG allows 1 to 2,147,483,647");
        Limits.CheckSides(header.Width, header.Height, options);
        bool depthFits = header.ColorType switch
        {
            0 => header.BitDepth is 1 or 2 or 4 or 8 or 16,
            3 => header.BitDepth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => header.BitDepth is 8 or 16,
            _ => throw Bad($"its colour type is {header.ColorType}; PNG has 0, 2, 3, 4 and 6"),
        };
        if (!depthFits)
            throw Bad($"its samples have {header.BitDepth} bits, which PNG does not allow with colour type {header.ColorType}");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw Bad($"compression {data[10]}, filter method {data[11]}, interlacing {data[12]}; PNG has 0, 0, and 0 or 1");
        return header;
    }

    /// <summary>Bytes of one row of so many pixels, without the filter byte.</summary>
    public long RowBytes(long width) => ((width * BitsPerPixel) + 7) / 8;

    private static ImageFormatException Bad(string what) => new(DecodeReasons.BadHeader, $"Broken PNG header: {what}.");
}

namespace ChestXray.Pipeline.Decoding;

/// <summary>Turns unfiltered PNG rows of any sample format into grey bytes, as TensorFlow's decoder does.</summary>
/// <remarks>
/// Alpha and transparent colours are dropped, not blended; 16 bits keep the high byte; fewer than 8 are stretched.
/// </remarks>
internal sealed class PngRowToGrey
{
    private readonly byte[] _paletteGrey = new byte[256];
    private readonly GammaGrey _gammaGrey = new();
    private PngHeader _header;
    private bool _hasGamma;

    /// <summary>Takes the format of the next rows.</summary>
    public void Begin(PngHeader header, ReadOnlySpan<byte> palette, int gamma)
    {
        _header = header;
        _hasGamma = header.ColorType is 2 or 3 or 6 && header.BitDepth <= 8 && GammaGrey.Matters(gamma);
        if (_hasGamma)
            _gammaGrey.Begin(gamma);
        if (header.ColorType != 3)
            return;

        // Indices that the palette does not have are black, as in libpng.
        Array.Clear(_paletteGrey);
        int entries = Math.Min(palette.Length / 3, 1 << header.BitDepth);
        for (int i = 0; i < entries; i++)
        {
            (byte r, byte g, byte b) = (palette[3 * i], palette[(3 * i) + 1], palette[(3 * i) + 2]);
            _paletteGrey[i] = _hasGamma ? _gammaGrey.Grey(r, g, b) : GreyWeights.Grey8(r, g, b);
        }
    }

    /// <summary>Converts one row.</summary>
    /// <param name="row">The unfiltered samples.</param>
    /// <param name="grey">One byte per pixel of the row.</param>
    public void Convert(ReadOnlySpan<byte> row, Span<byte> grey)
    {
        switch (_header.ColorType, _header.BitDepth)
        {
            case (0, 8):
                row.CopyTo(grey);
                break;
            case (0 or 3, < 16):
                Narrow(row, grey);
                break;
            case (2 or 6, 8) when _hasGamma:
                _gammaGrey.Row(row, grey, _header.Channels);
                break;
            case (2 or 6, 8):
                GreyWeights.Row8(row, grey, _header.Channels);
                break;
            case (2 or 6, _):
                Color16(row, grey, _header.Channels);
                break;
            default:
                // Grey of 16 bits, or grey with alpha: the first byte of each pixel.
                for (int x = 0, step = _header.BytesPerPixel; x < grey.Length; x++)
                    grey[x] = row[x * step];
                break;
        }
    }

    private static void Color16(ReadOnlySpan<byte> row, Span<byte> grey, int channels)
    {
        for (int x = 0, i = 0; x < grey.Length; x++, i += 2 * channels)
            grey[x] = GreyWeights.Grey16(U16(row, i), U16(row, i + 2), U16(row, i + 4));
    }

    private void Narrow(ReadOnlySpan<byte> row, Span<byte> grey)
    {
        int bits = _header.BitDepth, mask = (1 << bits) - 1, perByte = 8 / bits;
        for (int x = 0; x < grey.Length; x++)
        {
            int value = (row[x / perByte] >> (8 - bits - (x % perByte * bits))) & mask;
            grey[x] = _header.ColorType == 3 ? _paletteGrey[value] : (byte)(value * 255 / mask);
        }
    }

    private static uint U16(ReadOnlySpan<byte> row, int at) => ((uint)row[at] << 8) | row[at + 1];
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Grey of coloured pixels in files that declare a gamma (gAMA, sRGB): libpng mixes them in linear light.</summary>
/// <remarks>
/// The arithmetic is that of libpng 1.6 (png_build_gamma_table, png_do_rgb_to_gray) for eight-bit samples. Pixels with r = g =
/// b pass through unchanged. Sixteen-bit colour is mixed without gamma.
/// </remarks>
internal sealed class GammaGrey
{
    /// <summary>The gamma of sRGB in PNG's units of 1 / 100,000.</summary>
    public const int Srgb = 45_455;

    private readonly byte[] _toLinear = new byte[256];
    private readonly byte[] _fromLinear = new byte[256];
    private int _gamma;

    /// <summary>Whether a declared gamma changes anything; closer to 1 than 5 % it does not.</summary>
    public static bool Matters(int gamma) => gamma != 0 && (IsSignificant(gamma) || IsSignificant(Reciprocal(gamma)));

    /// <summary>Takes the gamma of the next pixels.</summary>
    public void Begin(int gamma)
    {
        if (gamma == _gamma)
            return;
        _gamma = gamma;
        Fill(_toLinear, Reciprocal(gamma));
        Fill(_fromLinear, Reciprocal(Reciprocal(gamma)));
    }

    /// <summary>Grey of one pixel.</summary>
    public byte Grey(byte r, byte g, byte b) =>
        r == g && g == b ? r : _fromLinear[GreyWeights.Grey8Rounded(_toLinear[r], _toLinear[g], _toLinear[b])];

    /// <summary>Grey of a row of pixels of three or four samples.</summary>
    public void Row(ReadOnlySpan<byte> row, Span<byte> grey, int channels)
    {
        // The data set's RGBA files declare a gamma and have no colour.
        if (channels == 4 && IsColorless(row))
        {
            GreyWeights.Row8(row, grey, channels);
            return;
        }

        for (int x = 0, i = 0; x < grey.Length; x++, i += channels)
            grey[x] = Grey(row[i], row[i + 1], row[i + 2]);
    }

    private static bool IsColorless(ReadOnlySpan<byte> rgba)
    {
        ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        Vector256<uint> difference = default;
        int x = 0;
        for (; x + Vector256<uint>.Count <= pixels.Length; x += Vector256<uint>.Count)
        {
            Vector256<uint> pixel = Vector256.Create(pixels[x..]);
            difference |= pixel ^ (pixel >> 8);
        }

        uint rest = 0;
        for (; x < pixels.Length; x++)
            rest |= pixels[x] ^ (pixels[x] >> 8);

        // Red is the lowest byte: the low two bytes of the difference are r ^ g and g ^ b.
        return ((rest & 0xFFFF) == 0) && Vector256.EqualsAll(difference & Vector256.Create(0xFFFFu), Vector256<uint>.Zero);
    }

    private static bool IsSignificant(int gamma) => gamma is < 95_000 or > 105_000;

    private static int Reciprocal(int gamma) => (int)Math.Min(int.MaxValue, Math.Floor((1e10 / gamma) + 0.5));

    private static void Fill(byte[] table, int gamma)
    {
        for (int i = 0; i < table.Length; i++)
        {
            bool passes = i is 0 or 255 || !IsSignificant(gamma);
            table[i] = passes ? (byte)i : (byte)Math.Floor((255 * Math.Pow(i / 255.0, gamma * 0.00001)) + 0.5);
        }
    }
}

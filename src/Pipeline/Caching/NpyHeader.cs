using System.Text;
using System.Text.RegularExpressions;

namespace ChestXray.Pipeline.Caching;

/// <summary>The first 4,096 bytes of a shard: NumPy's format 1.0, an array of N x H x W, C order.</summary>
/// <remarks>
/// Source: NumPy's `numpy.lib.format`. The length is fixed, so that N can grow in place, and a page, so that records begin on
/// one.
/// </remarks>
internal static partial class NpyHeader
{
    public const int Length = 4096;

    /// <summary>Magic, version and length before the text.</summary>
    private const int Preamble = 10;

    public static byte[] Make(StoreLayout layout, int records)
    {
        string type = layout.Pixels == PixelType.U16 ? "<u2" : "|u1";
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({records}, {layout.Size}, {layout.Size}), }}";
        const int textLength = Length - Preamble;
        byte[] header = new byte[Length];
        header.AsSpan().Fill((byte)' ');
        ReadOnlySpan<byte> magic =
            [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, textLength & 255, textLength >> 8];
        magic.CopyTo(header);
        Encoding.ASCII.GetBytes(text, header.AsSpan(magic.Length));
        header[^1] = (byte)'\n';
        return header;
    }

    /// <summary>
    /// The number of records that a header of this layout declares; null where it is another layout's or no header.
    /// </summary>
    public static int? ReadRecords(ReadOnlySpan<byte> header, StoreLayout layout)
    {
        Match shape = Shape().Match(Encoding.Latin1.GetString(header));
        return shape.Success && int.TryParse(shape.Groups[1].ValueSpan, out int records)
            && header.SequenceEqual(Make(layout, records))
            ? records
            : null;
    }

    [GeneratedRegex(@"'shape': \((\d+), ")]
    private static partial Regex Shape();
}

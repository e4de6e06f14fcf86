using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// Finds the orientation in an EXIF block (a TIFF directory). Broken blocks count as absent: they carry no pixels.
/// </summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112;
    private const int ShortType = 3;

    /// <summary>The orientation, 1 to 8; 1 where there is none.</summary>
    /// <param name="tiff">The block from its byte-order mark on.</param>
    public static int Parse(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
            return 1;
        bool little = tiff[0] == 'I' && tiff[1] == 'I';
        if (!little && !(tiff[0] == 'M' && tiff[1] == 'M'))
            return 1;
        uint directory = U32(tiff[4..], little);
        if (U16(tiff[2..], little) != 42 || directory > tiff.Length - 2)
            return 1;
        int entries = U16(tiff[(int)directory..], little);
        ReadOnlySpan<byte> entry = tiff[((int)directory + 2)..];
        for (int i = 0; i < entries && entry.Length >= 12; i++, entry = entry[12..])
        {
            int value = U16(entry[8..], little);
            if (U16(entry, little) == Tag && U16(entry[2..], little) == ShortType)
                return value is >= 1 and <= 8 ? value : 1;
        }

        return 1;
    }

    private static int U16(ReadOnlySpan<byte> data, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(data) : BinaryPrimitives.ReadUInt16BigEndian(data);

    private static uint U32(ReadOnlySpan<byte> data, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(data) : BinaryPrimitives.ReadUInt32BigEndian(data);
}

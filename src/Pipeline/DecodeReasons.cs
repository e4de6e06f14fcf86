namespace ChestXray.Pipeline;

/// <summary>Why a file was refused: stable, machine-readable words for quarantine lists and tests.</summary>
public static class DecodeReasons
{
    /// <summary>The file has no bytes.</summary>
    public const string EmptyFile = "empty-file";

    /// <summary>Nothing at this path.</summary>
    public const string MissingFile = "missing-file";

    /// <summary>The path names a directory.</summary>
    public const string IsDirectory = "is-a-directory";

    /// <summary>The system refuses to read the file (permissions, a failing disk).</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Neither PNG nor JPEG by its first bytes, whatever its extension says.</summary>
    public const string NotAnImage = "not-an-image";

    /// <summary>The file ends before the image does.</summary>
    public const string Truncated = "truncated";

    /// <summary>More bytes in the file than <see cref="DecoderOptions.MaxFileBytes"/>.</summary>
    public const string FileTooLarge = "file-too-large";

    /// <summary>A side, or the pixels together, over the limit.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The pixel data would inflate to more than <see cref="DecoderOptions.MaxInflatedBytes"/>.</summary>
    public const string InflatedTooLarge = "inflated-too-large";

    /// <summary>More PNG chunks or JPEG segments than <see cref="DecoderOptions.MaxChunks"/>.</summary>
    public const string TooManyChunks = "too-many-chunks";

    /// <summary>More JPEG scans than an honest file of this size has.</summary>
    public const string TooManyScans = "too-many-scans";

    /// <summary>A PNG chunk whose CRC-32 differs.</summary>
    public const string BadCrc = "bad-crc";

    /// <summary>PNG pixel data whose Adler-32 differs.</summary>
    public const string BadAdler = "bad-adler";

    /// <summary>A PNG header (IHDR) with values that PNG does not allow.</summary>
    public const string BadHeader = "bad-header";

    /// <summary>A PNG chunk with an impossible name, length or place.</summary>
    public const string BadChunk = "bad-chunk";

    /// <summary>A PNG chunk that is unknown and marked as needed for decoding.</summary>
    public const string UnknownChunk = "unknown-chunk";

    /// <summary>A palette that is missing, doubled or of an impossible length.</summary>
    public const string BadPalette = "bad-palette";

    /// <summary>The compressed pixel data is no valid zlib stream.</summary>
    public const string BadZlib = "bad-zlib";

    /// <summary>The zlib stream ends before the last pixel.</summary>
    public const string DataTooShort = "image-data-too-short";

    /// <summary>The zlib stream goes on after the last pixel, or bytes follow it inside the image data.</summary>
    public const string DataTooLong = "image-data-too-long";

    /// <summary>A PNG row whose filter is none of the five.</summary>
    public const string BadFilter = "bad-filter";

    /// <summary>A JPEG with four colour planes (CMYK or YCCK): TensorFlow refuses them too.</summary>
    public const string CmykJpeg = "cmyk-jpeg";

    /// <summary>A JPEG kind that is not read: arithmetic, lossless, hierarchical, 12-bit, two planes.</summary>
    public const string UnsupportedJpeg = "unsupported-jpeg";

    /// <summary>A JPEG whose structure or coded data is broken.</summary>
    public const string BadJpeg = "bad-jpeg";

    /// <summary>An entry of a zip file that is not where, or what, the archive's directory says.</summary>
    public const string BadArchive = "bad-archive";

    /// <summary>An entry of a zip file under a password or packed by a rare method.</summary>
    public const string UnsupportedEntry = "unsupported-entry";
}

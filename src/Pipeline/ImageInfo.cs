namespace ChestXray.Pipeline;

/// <summary>What a file says of itself.</summary>
/// <param name="Format">The format by content, not by extension.</param>
/// <param name="Width">The full width in pixels (a draft decode gives fewer).</param>
/// <param name="Height">The full height in pixels (a draft decode gives fewer).</param>
/// <param name="BitDepth">Bits per sample: 1, 2, 4, 8 or 16. Of 16 bits the high eight are kept.</param>
/// <param name="Color">What the samples meant.</param>
/// <param name="Interlaced">Adam7 PNG or progressive JPEG.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8; 1 where the file has none. Reported, not applied.</param>
/// <param name="TrailingBytes">Bytes after the image's end, which are ignored.</param>
public readonly record struct ImageInfo(
    ImageFormat Format, int Width, int Height, int BitDepth, ImageColor Color, bool Interlaced, int Orientation,
    long TrailingBytes);

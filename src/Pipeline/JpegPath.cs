namespace ChestXray.Pipeline;

/// <summary>How JPEG is decoded. Both ways give the same pixels of undamaged files.</summary>
public enum JpegPath
{
    /// <summary>
    /// Baseline files straight to luma with vectors of our own where the processor has them; the others by the library.
    /// </summary>
    Auto,

    /// <summary>Everything by libjpeg-turbo inside SkiaSharp.</summary>
    Library,
}

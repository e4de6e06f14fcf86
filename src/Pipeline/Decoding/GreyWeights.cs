namespace ChestXray.Pipeline.Decoding;

/// <summary>How red, green and blue become grey: libpng's integer arithmetic with TensorFlow's weights.</summary>
internal static class GreyWeights
{
    // 0.299 and 0.587 of 32,768 as libpng rounds them; blue gets the rest.
    private const uint Red = 9797;
    private const uint Green = 19234;
    private const uint Blue = 32768 - Red - Green;

    /// <summary>Grey of eight-bit samples, truncated.</summary>
    public static byte Grey8(uint r, uint g, uint b) => (byte)(((Red * r) + (Green * g) + (Blue * b)) >> 15);

    /// <summary>Grey of sixteen-bit samples, rounded as libpng does, then its high byte.</summary>
    public static byte Grey16(uint r, uint g, uint b) => (byte)(((Red * r) + (Green * g) + (Blue * b) + 16384) >> 23);
}

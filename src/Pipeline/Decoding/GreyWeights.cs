using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>How red, green and blue become grey: libpng's integer arithmetic with TensorFlow's weights.</summary>
internal static class GreyWeights
{
    // 0.299 and 0.587 of 32,768 as libpng rounds them; blue gets the rest.
    private const int Red = 9797;
    private const int Green = 19234;
    private const int Blue = 32768 - Red - Green;

    /// <summary>Grey of eight-bit samples, truncated.</summary>
    public static byte Grey8(int r, int g, int b) => (byte)(((Red * r) + (Green * g) + (Blue * b)) >> 15);

    /// <summary>Grey of eight-bit samples, rounded, as libpng does in linear light.</summary>
    public static byte Grey8Rounded(int r, int g, int b) => (byte)(((Red * r) + (Green * g) + (Blue * b) + 16384) >> 15);

    /// <summary>Grey of sixteen-bit samples, rounded as libpng does, then its high byte.</summary>
    public static byte Grey16(uint r, uint g, uint b) => (byte)(((Red * r) + (Green * g) + (Blue * b) + 16384) >> 23);

    /// <summary>Grey of a row of pixels of three or four eight-bit samples.</summary>
    /// <param name="row">The samples; alpha is ignored.</param>
    /// <param name="grey">One byte per pixel.</param>
    /// <param name="channels">3 or 4.</param>
    public static void Row8(ReadOnlySpan<byte> row, Span<byte> grey, int channels)
    {
        int x = Avx2.IsSupported ? Row8Vector(row, grey, channels) : 0;
        Row8Scalar(row, grey, channels, x);
    }

    /// <summary>The specification, from a pixel on.</summary>
    internal static void Row8Scalar(ReadOnlySpan<byte> row, Span<byte> grey, int channels, int first)
    {
        for (int x = first, i = first * channels; x < grey.Length; x++, i += channels)
            grey[x] = Grey8(row[i], row[i + 1], row[i + 2]);
    }

    /// <summary>32 pixels at a time; gives how many are done.</summary>
    internal static int Row8Vector(ReadOnlySpan<byte> row, Span<byte> grey, int channels)
    {
        int x = 0;

        // The last load reaches up to four bytes farther than its pixels do.
        for (; x + 34 <= grey.Length; x += 32)
        {
            ref byte source = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), x * channels);
            Vector256<ushort> low = Vector256.Narrow(Eight(ref source, channels, 0), Eight(ref source, channels, 8));
            Vector256<ushort> high = Vector256.Narrow(Eight(ref source, channels, 16), Eight(ref source, channels, 24));
            Vector256.Narrow(low, high).StoreUnsafe(ref MemoryMarshal.GetReference(grey), (nuint)x);
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Eight(ref byte source, int channels, int pixel)
    {
        Vector256<byte> samples;
        if (channels == 4)
        {
            samples = Vector256.LoadUnsafe(ref source, (nuint)(4 * pixel));
        }
        else
        {
            Vector256<byte> spread = Vector256.Create(
                (byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255,
                0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
            Vector128<byte> low = Vector128.LoadUnsafe(ref source, (nuint)(3 * pixel));
            Vector128<byte> high = Vector128.LoadUnsafe(ref source, (nuint)((3 * pixel) + 12));
            samples = Avx2.Shuffle(Vector256.Create(low, high), spread);
        }

        Vector256<short> redBlue = (samples.AsUInt32() & Vector256.Create(0x00FF00FFu)).AsInt16();
        Vector256<short> green = ((samples.AsUInt32() >> 8) & Vector256.Create(0xFFu)).AsInt16();
        Vector256<int> sum = Avx2.MultiplyAddAdjacent(redBlue, Vector256.Create((Blue << 16) | Red).AsInt16())
            + Avx2.MultiplyAddAdjacent(green, Vector256.Create(Green).AsInt16());
        return (sum >>> 15).AsUInt32();
    }
}

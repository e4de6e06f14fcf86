using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Quality;

/// <summary>
/// 128 signs of a picture's low frequencies against the set's own medians: equal for a picture and its re-encoded, resized or
/// brightened copies but for a few bits, and as different as can be between radiographs, which are all alike in their very
/// lowest frequencies.
/// </summary>
internal static class PerceptualHash
{
    /// <summary>The thumbnail's side.</summary>
    public const int Side = 32;

    /// <summary>Coefficients, and bits.</summary>
    public const int Bits = 128;

    /// <summary>The lowest frequencies say how a chest is centred and exposed, not which chest it is.</summary>
    private const int Skipped = 24;

    private const int HighestFrequency = 16;

    private static readonly (int Vertical, int Horizontal)[] _chosen =
    [
        .. (from vertical in Enumerable.Range(0, HighestFrequency)
            from horizontal in Enumerable.Range(0, HighestFrequency)
            where vertical + horizontal > 0
            orderby vertical * vertical + horizontal * horizontal, vertical
            select (vertical, horizontal)).Skip(Skipped).Take(Bits),
    ];

    private static readonly float[] _cosines = Cosines();

    /// <summary>The chosen coefficients of the discrete cosine transform, divided by the picture's contrast.</summary>
    /// <param name="thumbnail">Side x Side grey levels.</param>
    /// <param name="coefficients"><see cref="Bits"/> values.</param>
    public static void Transform(ReadOnlySpan<byte> thumbnail, Span<float> coefficients)
    {
        Span<float> picture = stackalloc float[Side * Side], rows = stackalloc float[Side * HighestFrequency],
            all = stackalloc float[HighestFrequency * HighestFrequency];
        for (int i = 0; i < picture.Length; i++)
            picture[i] = thumbnail[i];
        Thumbnail.Normalise(picture);
        for (int y = 0; y < Side; y++)
        {
            for (int u = 0; u < HighestFrequency; u++)
                rows[(u * Side) + y] = Dot(picture.Slice(y * Side, Side), _cosines.AsSpan(u * Side, Side));
        }

        for (int v = 0; v < HighestFrequency; v++)
        {
            for (int u = 0; u < HighestFrequency; u++)
                all[(v * HighestFrequency) + u] = Dot(rows.Slice(u * Side, Side), _cosines.AsSpan(v * Side, Side));
        }

        for (int i = 0; i < Bits; i++)
            coefficients[i] = all[(_chosen[i].Vertical * HighestFrequency) + _chosen[i].Horizontal];
    }

    /// <summary>The median of every coefficient over a set.</summary>
    /// <param name="coefficients">Those of every picture, one after the other.</param>
    public static float[] Medians(ReadOnlySpan<float> coefficients)
    {
        int count = coefficients.Length / Bits;
        float[] medians = new float[Bits], column = new float[count];
        for (int bit = 0; bit < Bits; bit++)
        {
            for (int i = 0; i < count; i++)
                column[i] = coefficients[(i * Bits) + bit];
            Array.Sort(column);
            medians[bit] = column[count / 2];
        }

        return medians;
    }

    /// <summary>
    /// The signs. A band of bits is a 16-bit part: neighbouring frequencies lie in different bands, so that no band is all
    /// alike.
    /// </summary>
    public static UInt128 Of(ReadOnlySpan<float> coefficients, ReadOnlySpan<float> medians)
    {
        UInt128 hash = 0;
        for (int bit = 0; bit < Bits; bit++)
        {
            int place = (bit % 8 * 16) + (bit / 8);
            if (coefficients[bit] > medians[bit])
                hash |= UInt128.One << place;
        }

        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static float[] Cosines()
    {
        float[] cosines = new float[HighestFrequency * Side];
        for (int u = 0; u < HighestFrequency; u++)
        {
            for (int x = 0; x < Side; x++)
                cosines[(u * Side) + x] = (float)Math.Cos((2 * x + 1) * u * Math.PI / (2 * Side));
        }

        return cosines;
    }
}

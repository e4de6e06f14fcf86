using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Quality;

/// <summary>
/// Tells pictures that lie unlike the others of their set: turned, inverted or mirrored. What is usual is learnt from the set
/// itself, without labels: one template is fitted to the pictures against the spread of all their turned versions, and a
/// picture is suspected where it fits better after being turned or inverted.
/// </summary>
/// <remarks>
/// Half of the set is judged by the template of the other half, so that no picture judges itself. On 1,000 radiographs a turned
/// one stands about four deviations from its own kind; a mirrored one only one, so that few of the mirrored ones can be told
/// (docs/data-quality.md).
/// </remarks>
internal sealed class OrientationSearch
{
    /// <summary>Fewer pictures teach nothing.</summary>
    public const int FewestPictures = 40;

    /// <summary>The side of what is looked at: 2 x 2 means of the thumbnails.</summary>
    private const int Side = 16;

    private const int Last = Side - 1, Size = Side * Side, LargestSample = 8192;
    private const double LeastMirrorDeviations = 4;

    private static readonly (string Name, Func<int, int, (int Y, int X)> From)[] _turns =
    [
        ("", (y, x) => (y, x)),
        ("mirrored", (y, x) => (y, Last - x)),
        ("upside down and mirrored", (y, x) => (Last - y, x)),
        ("upside down", (y, x) => (Last - y, Last - x)),
        ("turned by 90 degrees to the left", (y, x) => (x, Last - y)),
        ("turned by 90 degrees to the right", (y, x) => (Last - x, y)),
        ("turned by 90 degrees and mirrored", (y, x) => (x, y)),
        ("turned by 90 degrees and mirrored", (y, x) => (Last - x, Last - y)),
    ];

    private static readonly int[][] _places = [.. _turns.Select(Places)];

    /// <summary>A picture that lies unlike the others.</summary>
    /// <param name="Picture">Its number.</param>
    /// <param name="Code">`rotated`, `inverted` or `mirrored`.</param>
    /// <param name="Words">How it seems to lie: `upside down`.</param>
    /// <param name="Margin">By how many deviations it fits better when turned back.</param>
    public readonly record struct Suspect(int Picture, string Code, string Words, double Margin);

    /// <summary>
    /// How many deviations a picture lies on its own side of the middle between left and right: what the set can tell of
    /// mirroring.
    /// </summary>
    public double MirrorSeparation { get; private set; }

    /// <summary>The pictures that lie unlike the others.</summary>
    /// <param name="thumbnails">Of every picture, <see cref="PerceptualHash.Side"/> squared bytes each.</param>
    /// <param name="pictures">Those that have something in them, at least <see cref="FewestPictures"/>.</param>
    public List<Suspect> Run(byte[] thumbnails, int[] pictures)
    {
        int[][] folds = [[.. pictures.Where((_, i) => i % 2 == 0)], [.. pictures.Where((_, i) => i % 2 == 1)]];
        List<Suspect> suspects = [];
        for (int fold = 0; fold < 2; fold++)
        {
            Half half = Learn(thumbnails, folds[1 - fold]);
            int[] judged = folds[fold];
            Fit[] fits = new Fit[judged.Length];
            Parallel.For(0, judged.Length, i => fits[i] = Measure(thumbnails, judged[i], half));
            suspects.AddRange(Judge(judged, fits));
        }

        suspects.Sort((a, b) => a.Picture.CompareTo(b.Picture));
        return suspects;
    }

    private static Half Learn(byte[] thumbnails, int[] pictures)
    {
        int count = Math.Min(pictures.Length, LargestSample);
        double[] mean = new double[Size], covariance = new double[Size * Size];
        float[] features = new float[count * Size];
        for (int i = 0; i < count; i++)
        {
            Span<float> picture = features.AsSpan(i * Size, Size);
            Look(thumbnails, pictures[(int)((long)i * pictures.Length / count)], picture);
            for (int k = 0; k < Size; k++)
                mean[k] += picture[k] / (double)count;
        }

        Parallel.For(0, Size, row => AddRow(row, features, count, mean, covariance));
        double shrink = Math.Clamp(100.0 / count, 0.1, 0.9);
        double[] template = FisherTemplate.Solve(Pool(covariance), mean, shrink);
        double[] asymmetry = new double[Size];
        for (int k = 0; k < Size; k++)
            asymmetry[k] = (mean[k] - mean[_places[1][k]]) / 2;
        return new(template, FisherTemplate.Solve(Antisymmetric(covariance), asymmetry, shrink));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(int row, float[] features, int count, double[] mean, double[] covariance)
    {
        double[] sums = new double[Size];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> picture = features.AsSpan(i * Size, Size);
            double own = picture[row] - mean[row];
            for (int column = 0; column < Size; column++)
                sums[column] += own * (picture[column] - mean[column]);
        }

        for (int column = 0; column < Size; column++)
            covariance[(row * Size) + column] = sums[column] / count;
    }

    /// <summary>The mean of the covariances of all turned sets.</summary>
    private static double[] Pool(double[] covariance)
    {
        double[] pooled = new double[covariance.Length];
        foreach (int[] places in _places)
        {
            for (int i = 0; i < Size; i++)
            {
                for (int j = 0; j < Size; j++)
                    pooled[(i * Size) + j] += covariance[(places[i] * Size) + places[j]] / _places.Length;
            }
        }

        return pooled;
    }

    /// <summary>The covariance of half the difference between a picture and its mirror image.</summary>
    private static double[] Antisymmetric(double[] covariance)
    {
        int[] mirror = _places[1];
        double[] result = new double[covariance.Length];
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
            {
                result[(i * Size) + j] = (covariance[(i * Size) + j] - covariance[(mirror[i] * Size) + j] -
                    covariance[(i * Size) + mirror[j]] + covariance[(mirror[i] * Size) + mirror[j]]) / 4;
            }
        }

        return result;
    }

    private static Fit Measure(byte[] thumbnails, int number, Half half)
    {
        Span<float> picture = stackalloc float[Size];
        Look(thumbnails, number, picture);
        double straight = Dot(half.Template, picture, _places[0]), best = double.MinValue;
        (int turn, bool inverted) = (0, false);
        for (int i = 0; i < _turns.Length; i++)
        {
            double fit = Dot(half.Template, picture, _places[i]);
            if (i > 1 && fit > best)
                (best, turn, inverted) = (fit, i, false);
            if (-fit > best)
                (best, turn, inverted) = (-fit, i, true);
        }

        return new(straight, best, turn, inverted, Dot(half.Mirror, picture, _places[0]));
    }

    /// <summary>
    /// What is usual is taken from the pictures judged, whose scores no template has seen: those that it was learnt from fit
    /// too well, all the more the fewer they were.
    /// </summary>
    private IEnumerable<Suspect> Judge(int[] pictures, Fit[] fits)
    {
        (double usual, double spread) = MedianAndSpread([.. fits.Select(fit => fit.Straight)]);
        (double side, double sideSpread) = MedianAndSpread([.. fits.Select(fit => fit.Side)]);
        MirrorSeparation += side / sideSpread / 2;
        double limit = Math.Min(-side / 2, side - (LeastMirrorDeviations * sideSpread));
        for (int i = 0; i < fits.Length; i++)
        {
            Fit fit = fits[i];
            if (fit.Best - fit.Straight > usual / 4)
            {
                string name = _turns[fit.Turn].Name, words = !fit.Inverted
                    ? name : fit.Turn <= 1 ? "inverted" : $"inverted and {name}";
                yield return new(pictures[i], fit.Inverted ? "inverted" : "rotated", words, (fit.Best - fit.Straight) / spread);
            }
            else if (fit.Side < limit)
            {
                yield return new(pictures[i], "mirrored", "mirrored", (side - fit.Side) / sideSpread);
            }
        }
    }

    /// <summary>
    /// The median, and 1.4826 times the median distance from it: the deviation of a bell curve, whatever a few outliers do.
    /// </summary>
    private static (double Median, double Spread) MedianAndSpread(double[] values)
    {
        Array.Sort(values);
        double median = values[values.Length / 2];
        double[] distances = [.. values.Select(value => Math.Abs(value - median)).Order()];
        return (median, Math.Max(1e-9, 1.4826 * distances[distances.Length / 2]));
    }

    /// <summary>A picture at <see cref="Side"/> squared, mean 0 and length 1.</summary>
    private static void Look(byte[] thumbnails, int number, Span<float> picture)
    {
        const int from = PerceptualHash.Side;
        ReadOnlySpan<byte> thumbnail = thumbnails.AsSpan(number * from * from, from * from);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                int corner = (2 * y * from) + (2 * x);
                picture[(y * Side) + x] = thumbnail[corner] + thumbnail[corner + 1] + thumbnail[corner + from] +
                    thumbnail[corner + from + 1];
            }
        }

        Thumbnail.Normalise(picture);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(double[] template, ReadOnlySpan<float> picture, int[] places)
    {
        double sum = 0;
        for (int i = 0; i < Size; i++)
            sum += template[i] * picture[places[i]];
        return sum;
    }

    private static int[] Places((string Name, Func<int, int, (int Y, int X)> From) turn)
    {
        int[] places = new int[Size];
        for (int i = 0; i < Size; i++)
        {
            (int y, int x) = turn.From(i / Side, i % Side);
            places[i] = (y * Side) + x;
        }

        return places;
    }

    /// <param name="Straight">How well the picture fits as it lies.</param>
    /// <param name="Best">How well it fits at its best when turned or inverted.</param>
    /// <param name="Turn">How it must be turned for that.</param>
    /// <param name="Inverted">Whether it must be inverted for that.</param>
    /// <param name="Side">How much its left and right are those of the others; negative the other way round.</param>
    private readonly record struct Fit(double Straight, double Best, int Turn, bool Inverted, double Side);

    /// <param name="Template">What a straight picture fits.</param>
    /// <param name="Mirror">What tells left from right.</param>
    private sealed record Half(double[] Template, double[] Mirror);
}

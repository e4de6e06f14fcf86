using System.Numerics;

namespace ChestXray.Pipeline.Quality;

/// <summary>
/// Pairs of pictures that are the same but for encoding, size and brightness. Candidates share one of eight 16-bit bands of
/// their hash and differ in few of its bits; they are confirmed by correlating what is left of both pictures when everything
/// coarse is taken away.
/// </summary>
/// <remarks>
/// On 1,000 radiographs the correlation is below 0.85 for every pair of different ones and above 0.98 for copies. A band's
/// buckets hold few pictures each, so that the work grows nearly in step with the set.
/// </remarks>
internal sealed class DuplicateSearch
{
    /// <summary>Side of the pictures that confirm.</summary>
    public const int Side = 56;

    private const int Bands = 8, BandBits = 16, FarthestBits = 24, CoarseRadius = 3;
    private const double Confirmed = 0.93;

    private readonly UInt128[] _hashes;
    private readonly int[] _group;
    private readonly Func<int, float[]> _detail;
    private readonly Dictionary<int, float[]> _details = [];

    /// <param name="hashes">Of every picture.</param>
    /// <param name="detail">A picture's detail, as <see cref="Detail"/> makes it; asked for candidates only.</param>
    public DuplicateSearch(UInt128[] hashes, Func<int, float[]> detail)
    {
        _hashes = hashes;
        _detail = detail;
        _group = [.. Enumerable.Range(0, hashes.Length)];
    }

    /// <summary>How many pairs were looked at closely.</summary>
    public long Candidates { get; private set; }

    /// <summary>Every picture that is a copy of an earlier one, with that one.</summary>
    /// <param name="order">The pictures to search, the one to keep first.</param>
    /// <param name="cancellation">Stops between buckets.</param>
    public List<DuplicatePair> Run(ReadOnlySpan<int> order, CancellationToken cancellation)
    {
        List<DuplicatePair> pairs = [];
        int[] pictures = order.ToArray(), keys = new int[pictures.Length], places = new int[pictures.Length];
        for (int band = 0; band < Bands; band++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < pictures.Length; i++)
                (keys[i], places[i]) = ((int)(ushort)(_hashes[pictures[i]] >> (band * BandBits)), i);
            Array.Sort(keys, places);
            for (int from = 0; from < keys.Length;)
            {
                int to = from + 1;
                while (to < keys.Length && keys[to] == keys[from])
                    to++;
                Array.Sort(places, from, to - from);
                SearchBucket(places.AsSpan(from, to - from), pictures, pairs);
                from = to;
            }
        }

        return pairs;
    }

    /// <summary>What tells radiographs apart: a picture without its coarse part, of mean 0 and length 1.</summary>
    /// <param name="pixels">side x side bytes.</param>
    /// <param name="side">At least 1.</param>
    public static float[] Detail(ReadOnlySpan<byte> pixels, int side)
    {
        float[] picture = new float[Side * Side], scratch = new float[Side * Side];
        Thumbnail.Shrink(pixels, side, picture, Side);
        Thumbnail.Sharpen(picture, Side, CoarseRadius, scratch);
        Thumbnail.Normalise(picture);
        return picture;
    }

    private void SearchBucket(ReadOnlySpan<int> places, int[] pictures, List<DuplicatePair> pairs)
    {
        for (int second = 1; second < places.Length; second++)
        {
            int b = pictures[places[second]];
            for (int first = 0; first < second; first++)
            {
                int a = pictures[places[first]];
                if (Distance(_hashes[a], _hashes[b]) > FarthestBits || Root(a) == Root(b))
                    continue;
                Candidates++;
                double correlation = Correlate(Get(a), Get(b));
                if (correlation < Confirmed)
                    continue;
                pairs.Add(new(a, b, correlation));
                _group[Root(b)] = Root(a);
            }
        }
    }

    private int Root(int picture)
    {
        while (_group[picture] != picture)
            picture = _group[picture] = _group[_group[picture]];
        return picture;
    }

    private float[] Get(int picture)
    {
        if (_details.TryGetValue(picture, out float[]? detail))
            return detail;
        // Candidates of a large set are many; most are asked for once or twice.
        if (_details.Count >= 4096)
            _details.Clear();
        return _details[picture] = _detail(picture);
    }

    private static int Distance(UInt128 a, UInt128 b) => (int)UInt128.PopCount(a ^ b);

    private static double Correlate(float[] a, float[] b)
    {
        Vector<float> sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
            sum += new Vector<float>(a, i) * new Vector<float>(b, i);
        double total = Vector.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }
}

using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Quality;

/// <summary>One parallel pass over the records of a store: what their pixels are like, and a thumbnail of each.</summary>
internal sealed class RecordPass
{
    /// <summary>Records between two releases of the mapped memory that was read.</summary>
    private const int RecordsPerRelease = 2048;

    private readonly RecordStore _store;

    private RecordPass(RecordStore store, (LabelRow Label, StoredRecord Record)[] images)
    {
        _store = store;
        Images = images;
        Facts = new PixelFacts[images.Length];
        Thumbnails = new byte[(long)images.Length * PerceptualHash.Side * PerceptualHash.Side];
        IsDamaged = new bool[images.Length];
    }

    /// <summary>The images that have a record, in the order of the index.</summary>
    public (LabelRow Label, StoredRecord Record)[] Images { get; }

    /// <summary>By image.</summary>
    public PixelFacts[] Facts { get; }

    /// <summary>By image, <see cref="PerceptualHash.Side"/> squared bytes each.</summary>
    public byte[] Thumbnails { get; }

    /// <summary>By image: whether its record is not what was stored.</summary>
    public bool[] IsDamaged { get; }

    /// <summary>Reads every record of the index's images once.</summary>
    public static RecordPass Run(
        DataSetIndex index, RecordStore store, int threads, Action<int>? progress, CancellationToken cancellation)
    {
        List<(LabelRow, StoredRecord)> images = new(index.Images.Count);
        foreach (IndexedImage image in index.Images)
        {
            if (store.TryFind(image.Label.Stem.ToString(), out StoredRecord record))
                images.Add((image.Label, record));
        }

        RecordPass pass = new(store, [.. images]);
        pass.ReadAll(threads, progress, cancellation);
        return pass;
    }

    /// <summary>A record as bytes: of 16 bits the high ones.</summary>
    /// <param name="number">The record.</param>
    /// <param name="narrow">Scratch for records of 16 bits.</param>
    public ReadOnlySpan<byte> Read(int number, ref byte[] narrow)
    {
        ReadOnlySpan<byte> bytes = _store.Read(number);
        if (_store.Layout.Pixels == PixelType.U8)
            return bytes;
        ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(bytes);
        if (narrow.Length < wide.Length)
            narrow = new byte[wide.Length];
        for (int i = 0; i < wide.Length; i++)
            narrow[i] = (byte)(wide[i] >> 8);
        return narrow.AsSpan(0, wide.Length);
    }

    private void ReadAll(int threads, Action<int>? progress, CancellationToken cancellation)
    {
        // In the store's own order, so that the disk is read once and forwards.
        int[] order = [.. Enumerable.Range(0, Images.Length).OrderBy(i => Images[i].Record.Number)];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        for (int from = 0; from < order.Length; from += RecordsPerRelease)
        {
            int to = Math.Min(order.Length, from + RecordsPerRelease);
            Parallel.For(from, to, parallel, () => new Scratch(_store.Layout.Size), (i, _, scratch) =>
            {
                Look(order[i], scratch);
                return scratch;
            }, _ => { });
            int first = Images[order[from]].Record.Number, last = Images[order[to - 1]].Record.Number;
            _store.Release(first, last - first + 1);
            progress?.Invoke(to);
        }
    }

    private void Look(int image, Scratch scratch)
    {
        StoredRecord record = Images[image].Record;
        ReadOnlySpan<byte> pixels;
        try
        {
            pixels = Read(record.Number, ref scratch.Narrow);
        }
        catch (DataSetException)
        {
            IsDamaged[image] = true;
            return;
        }

        int side = _store.Layout.Size, cells = PerceptualHash.Side * PerceptualHash.Side;
        Facts[image] = PixelFacts.Of(pixels, side, record, scratch.Lows, scratch.Highs);
        Thumbnail.Shrink(pixels, side, scratch.Means, PerceptualHash.Side);
        Span<byte> thumbnail = Thumbnails.AsSpan(image * cells, cells);
        for (int i = 0; i < cells; i++)
            thumbnail[i] = (byte)MathF.Round(scratch.Means[i]);
    }

    private sealed class Scratch(int side)
    {
        public byte[] Narrow = [];

        public byte[] Lows { get; } = new byte[side];

        public byte[] Highs { get; } = new byte[side];

        public float[] Means { get; } = new float[PerceptualHash.Side * PerceptualHash.Side];
    }
}

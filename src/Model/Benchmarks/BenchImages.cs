using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>Images for a benchmark where nobody named any.</summary>
internal static class BenchImages
{
    private const int PhantomImages = 96;

    /// <summary>Smooth made records with a little noise: what a radiograph is to a resampler.</summary>
    public static byte[] Records(int count, int size)
    {
        byte[] records = new byte[count * size * size];
        Random random = new(1);
        for (int i = 0; i < records.Length; i++)
        {
            int x = i % size, y = i / size % size, record = i / (size * size);
            records[i] = (byte)(128 + 60 * Math.Sin(x / (9.0 + record % 7)) * Math.Cos(y / 11.0) + random.Next(16));
        }

        return records;
    }

    /// <summary>The index of the named data set, or of phantoms made in a temporary folder of this process.</summary>
    public static DataSetIndex Index(string? folder, TemporaryPhantoms phantoms) =>
        DataSetIndex.Read(folder ?? phantoms.Make(PhantomImages));
}

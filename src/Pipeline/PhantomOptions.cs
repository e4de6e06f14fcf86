namespace ChestXray.Pipeline;

/// <summary>What a phantom data set is made of. Equal options give equal files, whatever the number of threads.</summary>
public sealed record PhantomOptions
{
    /// <summary>How many images, 1 to 100,000; about a third as many patients.</summary>
    public int Images { get; init; } = 2000;

    /// <summary>Width and height of every image in pixels, 64 to 2,048.</summary>
    public int Side { get; init; } = 256;

    /// <summary>Chooses the patients, their findings and every drawing.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many threads draw; 0 takes all cores. Does not change the files.</summary>
    public int Threads { get; init; }

    /// <summary>A folder name that tells sets of different options and generators apart.</summary>
    public string FolderName => $"phantoms-v{PhantomSet.GeneratorVersion}-{Images}x{Side}-seed{Seed}";

    internal void Check()
    {
        Check(Images, 1, 100_000, nameof(Images), "images");
        Check(Side, 64, 2048, nameof(Side), "pixels");
        Check(Threads, 0, 1024, nameof(Threads), "threads (0 takes all cores)");
    }

    private static void Check(int value, int least, int most, string name, string unit)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"A phantom set takes {least} to {most} {unit}, not {value}.");
    }
}

namespace ChestXray.Model.Networks;

/// <summary>Deals work to threads by number alone.</summary>
internal static class Threads
{
    /// <summary>Runs every part once, the calling thread among them, and returns when all are done.</summary>
    public static void Run(int parts, Action<int> work)
    {
        if (parts == 1)
            work(0);
        else
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, work);
    }

    /// <summary>The part's range of a count.</summary>
    public static (int First, int Last) Share(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    /// <summary>The part's range of a count.</summary>
    public static (long First, long Last) Share(long count, int part, int parts) =>
        (count * part / parts, count * (part + 1) / parts);
}

namespace ChestXray.Model.Networks;

/// <summary>Deals work to threads by number alone.</summary>
internal static class Threads
{
    /// <summary>
    /// Runs every part once, the first on the calling thread, and returns when all are done. An error of a part is thrown then.
    /// </summary>
    public static void Run(int parts, Action<int> work)
    {
        if (parts == 1)
        {
            work(0);
            return;
        }

        WorkTeam team = WorkTeam.Borrow(parts);
        try
        {
            team.Run(work);
        }
        finally
        {
            team.Return();
        }
    }

    /// <summary>The part's range of a count.</summary>
    public static (int First, int Last) Share(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    /// <summary>The part's range of a count.</summary>
    public static (long First, long Last) Share(long count, int part, int parts) =>
        (count * part / parts, count * (part + 1) / parts);
}

using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>
/// Holds every record of a cache's stores against its checksum, and every line and shard against what it must be.
/// </summary>
public static class StoreVerification
{
    /// <summary>Checks, and on request takes damaged records back, so that the next preparation decodes them anew.</summary>
    /// <param name="cache">A cache folder or one store in it.</param>
    /// <param name="repair">Whether damaged records are taken back, and damaged lines and shards mended.</param>
    /// <param name="observer">Hears of progress and of each fault.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <exception cref="DataSetException">No store there, or one that can't be opened.</exception>
    public static VerificationResult Run(
        string cache, bool repair, IJobObserver observer, CancellationToken cancellation = default)
    {
        int records = 0;
        List<NamedProblem> faults = [];
        foreach ((string folder, StoreLayout layout) in RecordStore.Find(cache))
        {
            (int count, IReadOnlyList<NamedProblem> here) = Inspect(folder, layout, observer, cancellation);
            records += count;
            foreach (NamedProblem fault in here)
                observer.Warn(fault.Detail);
            if (here.Count > 0)
            {
                if (repair)
                    StoreBuilder.TakeBack(folder, layout, Damaged(here));
                observer.Say(repair ? "Taken back: the next `prepare` or `train` decodes what is missing anew." : "--repair takes damaged records back.");
            }

            faults.AddRange(here);
        }

        observer.Say($"{records:N0} records checked, {faults.Count:N0} faults.");
        return new(records, [.. Damaged(faults)], faults);
    }

    private static (int Records, IReadOnlyList<NamedProblem> Faults) Inspect(
        string folder, StoreLayout layout, IJobObserver observer, CancellationToken cancellation)
    {
        int expected;
        try
        {
            using RecordStore store = RecordStore.Open(folder, layout);
            expected = store.Count;
        }
        catch (DataSetException)
        {
            // Inspection names everything that is wrong, not only what came first.
            expected = 0;
        }

        using IJobStage stage = observer.Begin($"Verifying {layout.FolderName}", Math.Max(1, expected), "records");
        return StoreInspection.Run(folder, layout, done => stage.Report(done), cancellation);
    }

    private static IEnumerable<string> Damaged(IEnumerable<NamedProblem> faults) =>
        faults.Where(fault => fault.Kind == "damaged-record").Select(fault => fault.Name);
}

using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Holds every record of a cache's stores against its checksum.</summary>
public static class StoreVerification
{
    /// <summary>Checks, and on request takes damaged records back, so that the next preparation decodes them anew.</summary>
    /// <param name="cache">A cache folder or one store in it.</param>
    /// <param name="repair">Whether damaged records are taken back.</param>
    /// <param name="observer">Hears of progress and of each damaged record.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <exception cref="DataSetException">No store there, or one that can't be opened.</exception>
    public static VerificationResult Run(string cache, bool repair, IJobObserver observer, CancellationToken cancellation = default)
    {
        int records = 0;
        List<string> damaged = [];
        foreach ((string folder, StoreLayout layout) in RecordStore.Find(cache))
        {
            List<string> here = [];
            using (RecordStore store = RecordStore.Open(folder, layout))
            {
                using IJobStage stage = observer.Begin($"Verifying {layout.FolderName}", Math.Max(1, store.Count), "records");
                int done = 0;
                foreach (StoredRecord record in store.Records)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (!store.IsIntact(record))
                        here.Add(record.Name);
                    stage.Report(++done);
                }

                records += done;
            }

            foreach (string name in here)
                observer.Warn($"{name} in {folder} is damaged{(repair ? " and was taken back: `prepare` decodes it anew" : "; --repair takes it back")}.");
            if (repair && here.Count > 0)
                StoreBuilder.TakeBack(folder, layout, here);
            damaged.AddRange(here);
        }

        observer.Say($"{records:N0} records checked, {damaged.Count:N0} damaged.");
        return new(records, damaged);
    }
}

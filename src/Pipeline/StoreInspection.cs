using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline;

/// <summary>Looks for faults of a store without changing it and without stopping at the first.</summary>
public static class StoreInspection
{
    /// <summary>Records between two releases of the memory of those that were read.</summary>
    private const int RecordsPerRelease = 1024;

    /// <summary>Every fault, named: of the manifest's lines, the shards' headers and lengths, and the records' pixels.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="progress">Told the number of records read so far.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <returns>How many records were read, and the faults; a fault of kind `damaged-record` has the record's name.</returns>
    /// <exception cref="DataSetException">There is no store, or another program's.</exception>
    public static (int Records, IReadOnlyList<NamedProblem> Faults) Run(
        string folder, StoreLayout layout, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        string path = Path.Combine(folder, RecordStore.ManifestFile);
        List<NamedProblem> faults = [];
        try
        {
            Manifest manifest = Manifest.Read(File.ReadAllBytes(path), path, layout);
            faults.AddRange(manifest.Damage);
            faults.AddRange(Contradictions(manifest));
            ShardSurvey survey = ShardSurvey.Of(SystemFiles.Instance, folder, layout, manifest.NextNumber);
            faults.AddRange(survey.Problems);
            faults.AddRange(manifest.Records.Values.Where(record => record.Number >= survey.Capacity)
                .OrderBy(record => record.Number).Select(record =>
                new NamedProblem("record-lost", record.Name, $"{record.Name} (record {record.Number}) lies in a part of the store that can't be read.")));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The store {folder} can't be read: {error.Message}", error);
        }

        return faults.Any(fault => fault.Kind.StartsWith("shard", StringComparison.Ordinal))
            ? (0, faults)
            : ReadAll(folder, layout, faults, progress, cancellation);
    }

    private static (int Records, IReadOnlyList<NamedProblem> Faults) ReadAll(
        string folder, StoreLayout layout, List<NamedProblem> faults, Action<int>? progress, CancellationToken cancellation)
    {
        using RecordStore store = RecordStore.Open(folder, layout);
        int done = 0, released = 0;
        foreach (StoredRecord record in store.Records.OrderBy(record => record.Number))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!store.IsIntact(record))
                faults.Add(new("damaged-record", record.Name, $"{record.Name} (record {record.Number}) in {folder} is damaged: its checksum differs."));
            done++;
            progress?.Invoke(done);
            if (record.Number - released < RecordsPerRelease)
                continue;
            store.Release(released, record.Number - released);
            released = record.Number;
        }

        return (done, faults);
    }

    /// <summary>Whole lines that can't all be true: two images in one slot.</summary>
    private static IEnumerable<NamedProblem> Contradictions(Manifest manifest) =>
        from record in manifest.Records.Values
        group record by record.Number into slot
        where slot.Count() > 1
        let names = string.Join(", ", slot.Select(record => record.Name).Order(StringComparer.Ordinal))
        select new NamedProblem("shared-slot", names, $"{names} are all said to be record {slot.Key}.");
}

namespace ChestXray.Pipeline.Caching;

/// <summary>
/// What a writer does before it writes: begins a manifest where there is none, and takes what is damaged out of one that is
/// there, so that its images are decoded anew. Slots that a damaged line may have named are never handed out again.
/// </summary>
internal static class StoreMending
{
    private const string Unfinished = RecordStore.ManifestFile + ".new";

    /// <exception cref="DataSetException">The manifest is another format's, or damaged from end to end.</exception>
    public static (Manifest Manifest, IReadOnlyList<NamedProblem> Mended) Load(
        IStoreFiles files, string folder, StoreLayout layout)
    {
        string path = Path.Combine(folder, RecordStore.ManifestFile);
        if (files.LengthOf(path) is null or 0)
        {
            foreach (string left in files.List(folder).Where(IsShard))
                files.Delete(Path.Combine(folder, left));
            Replace(files, folder, Manifest.FirstLine(layout));
            return (new(layout), []);
        }

        Manifest manifest = Manifest.Read(files.ReadAll(path), path, layout);
        ShardSurvey survey = ShardSurvey.Of(files, folder, layout, manifest.NextNumber);
        List<NamedProblem> problems = [.. manifest.Damage, .. survey.Problems];
        StoredRecord[] lost = [.. manifest.Records.Values.Where(record => !survey.Holds(record.Number))];
        if (manifest.Damage.Count == 0 && lost.Length == 0)
            return (manifest, problems);
        foreach (StoredRecord record in lost)
        {
            manifest.Records.Remove(record.Name);
            problems.Add(new("record-lost", record.Name, $"{record.Name} (record {record.Number}) was in a part of the store that is gone: it is decoded anew."));
        }

        manifest.SlotsFrom = Math.Max(manifest.NextNumber, survey.Slots);
        byte[] text = manifest.Write(layout);
        Replace(files, folder, text);
        return (Manifest.Read(text, path, layout), problems);
    }

    private static bool IsShard(string name) =>
        name.StartsWith("pixels-", StringComparison.Ordinal) && name.EndsWith(".npy", StringComparison.Ordinal);

    private static void Replace(IStoreFiles files, string folder, byte[] text)
    {
        string beside = Path.Combine(folder, Unfinished);
        using (IStoreFile file = files.Open(beside))
        {
            file.SetLength(0);
            file.Write(text, 0);
            file.Flush();
        }

        files.Rename(beside, Path.Combine(folder, RecordStore.ManifestFile));
        files.FlushFolder(folder);
    }
}

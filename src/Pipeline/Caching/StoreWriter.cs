namespace ChestXray.Pipeline.Caching;

/// <summary>The one writer of a store. Slots may be written from many threads; the manifest from one.</summary>
/// <remarks>
/// A slot that a line ever gave to a record is never written again: whoever has the store open keeps its records. After a
/// failure nothing more is written, since the system may have dropped what it could not store.
/// </remarks>
internal sealed class StoreWriter : IDisposable
{
    private readonly IStoreFiles _files;
    private readonly StoreLayout _layout;
    private readonly IDisposable _lock;
    private readonly ShardFiles _shards;
    private readonly IStoreFile _manifest;
    private long _length;

    private StoreWriter(IStoreFiles files, string folder, StoreLayout layout, IDisposable held)
    {
        (_files, _layout, _lock) = (files, layout, held);
        (Manifest, Mended) = StoreMending.Load(files, folder, layout);
        _shards = new(files, folder, layout);
        _manifest = files.Open(Path.Combine(folder, RecordStore.ManifestFile));
        _length = Manifest.Length;
        try
        {
            if (_manifest.Length != _length)
                _manifest.SetLength(_length);
            _shards.MakeRoom(Manifest.NextNumber);
        }
        catch
        {
            _manifest.Dispose();
            _shards.Dispose();
            throw;
        }
    }

    public Manifest Manifest { get; }

    /// <summary>Damage that was found and mended by opening; the records concerned are missing now.</summary>
    public IReadOnlyList<NamedProblem> Mended { get; }

    /// <summary>Whether an operation failed: nothing more can be acknowledged.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Takes the writer's lock and opens; null where another process writes.</summary>
    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="DataSetException">The manifest is another format's.</exception>
    public static StoreWriter? TryOpen(IStoreFiles files, string folder, StoreLayout layout)
    {
        IDisposable? held = files.TryLock(Path.Combine(folder, RecordStore.LockFile));
        if (held is null)
            return null;
        try
        {
            return new(files, folder, layout, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Slots that have their place on disk.</summary>
    public int Room { get; private set; }

    /// <summary>
    /// What has to be decoded: images without a record of the same size, date and parameters, those in unread tar files among
    /// them. Makes room for all that are not streamed.
    /// </summary>
    public IReadOnlyList<DecodeJob> Plan(IReadOnlyList<IndexedImage> images)
    {
        List<int> missing = [];
        List<StoredRecord> relabelled = [];
        HashSet<string> names = new(images.Count, StringComparer.Ordinal);
        for (int place = 0; place < images.Count; place++)
        {
            IndexedImage image = images[place];
            string name = image.Label.Stem.ToString();
            names.Add(name);
            if (!Manifest.Covers(image, _layout.DraftSize))
            {
                missing.Add(place);
                if (!image.IsStreamed)
                    Manifest.Quarantine.Remove(name);
            }
            else if (Manifest.Records.TryGetValue(name, out StoredRecord record) && record.FindingBits != image.Label.FindingBits)
            {
                relabelled.Add(record with { FindingBits = image.Label.FindingBits });
            }
        }

        foreach (string gone in Manifest.Quarantine.Keys.Where(name => !names.Contains(name)).ToArray())
            Manifest.Quarantine.Remove(gone);
        int[] slots = SlotPlan.Assign(missing, images.Count, Manifest);
        DecodeJob[] jobs = [.. missing.Select((place, i) => new DecodeJob(images[place], slots[i]))];
        MakeRoom(jobs.Where(job => !job.Image.IsStreamed).Select(job => job.Slot + 1).Append(Manifest.NextNumber).Max());
        Acknowledge(relabelled, []);
        return jobs;
    }

    /// <summary>Writes a record's pixels into its slot. They count once <see cref="Acknowledge"/> returned.</summary>
    public void WritePixels(int slot, ReadOnlySpan<byte> record) => _shards.Write(slot, record);

    /// <summary>
    /// Makes pixels durable, then the lines that say so. Files that could not be read at all are set aside for this run alone.
    /// </summary>
    public void Acknowledge(IReadOnlyList<StoredRecord> records, IReadOnlyList<QuarantinedImage> quarantined)
    {
        if (records.Count > 0)
            Guard(_shards.Flush);
        Append(
        [
            .. records.Select(record => ManifestLine.Acknowledge(Manifest.Seed, record)),
            .. quarantined.Where(image => !CouldNotBeRead(image)).Select(image => ManifestLine.SetAside(Manifest.Seed, image)),
        ]);
        foreach (StoredRecord record in records)
        {
            Manifest.Records[record.Name] = record;
            Manifest.Quarantine.Remove(record.Name);
            Manifest.Use(record.Number);
        }

        foreach (QuarantinedImage image in quarantined)
        {
            Manifest.Quarantine[image.Name] = image;
            Manifest.Records.Remove(image.Name);
        }
    }

    /// <summary>Withdraws acknowledgements.</summary>
    public void TakeBack(IEnumerable<string> names) =>
        Append([.. names.Where(name => Manifest.Records.Remove(name))
            .Select(name => ManifestLine.TakeBack(Manifest.Seed, name))]);

    /// <summary>Writes down which split a run uses, unless the manifest says so already.</summary>
    public void Note(StoredSplit split)
    {
        if (Manifest.Splits.TryGetValue(split.Name, out StoredSplit? known) && known == split)
            return;
        Append([ManifestLine.Note(Manifest.Seed, split)]);
        Manifest.Splits[split.Name] = split;
    }

    public void Dispose()
    {
        _manifest.Dispose();
        _shards.Dispose();
        _lock.Dispose();
    }

    /// <summary>A missing file or a disk that fails says nothing about the image: it is tried again.</summary>
    public static bool CouldNotBeRead(QuarantinedImage image) =>
        image.Reason is DecodeReasons.MissingFile or DecodeReasons.Unreadable;

    /// <summary>Gives at least so many slots their place on disk.</summary>
    /// <exception cref="DataSetException">The disk has not that much room.</exception>
    public void MakeRoom(int slots)
    {
        Guard(() => _shards.MakeRoom(slots));
        Room = Math.Max(Room, slots);
    }

    private void Append(byte[][] lines)
    {
        if (lines.Length == 0)
            return;
        byte[] text = [.. lines.SelectMany(line => line)];
        Guard(() =>
        {
            _manifest.Write(text, _length);
            _manifest.Flush();
        });
        _length += text.Length;
    }

    private void Guard(Action write)
    {
        if (HasFailed)
            throw new IOException("A write to the store failed before, so nothing more is written to it.");
        HasFailed = true;
        write();
        HasFailed = false;
    }
}

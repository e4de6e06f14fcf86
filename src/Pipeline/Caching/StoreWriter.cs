using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline.Caching;

/// <summary>The one writer of a store. Slots may be written from many threads; the manifest from one.</summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly StoreLayout _layout;
    private readonly FileStream _lock;
    private readonly SafeFileHandle _pixels;
    private readonly FileStream _manifest;
    private readonly string _folder;

    private StoreWriter(string folder, StoreLayout layout, FileStream held)
    {
        _folder = folder;
        _layout = layout;
        _lock = held;
        string manifestPath = Path.Combine(folder, RecordStore.ManifestFile);
        bool fresh = !File.Exists(manifestPath) || new FileInfo(manifestPath).Length == 0;
        if (fresh)
        {
            DurableFile.Replace(manifestPath, stream => stream.Write(Manifest.FirstLine(layout)));
            File.Delete(Path.Combine(folder, RecordStore.PixelFile));
        }

        Manifest = Manifest.Read(manifestPath, layout);
        long expected = NpyHeader.Length + (long)Manifest.NextNumber * layout.RecordBytes;
        FileInfo pixels = new(Path.Combine(folder, RecordStore.PixelFile));
        if (!fresh && Manifest.NextNumber > 0 && (!pixels.Exists || pixels.Length < expected))
        {
            throw new DataSetException(
                $"The store {folder} has lost pixels: {RecordStore.PixelFile} has {(pixels.Exists ? pixels.Length : 0):N0} bytes where its manifest " +
                $"asks for {expected:N0}. Remove the folder: the next run decodes the images anew.");
        }

        _manifest = new(manifestPath, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        _manifest.SetLength(Manifest.Length);
        _manifest.Seek(0, SeekOrigin.End);
        _pixels = File.OpenHandle(Path.Combine(folder, RecordStore.PixelFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    public Manifest Manifest { get; }

    /// <exception cref="DataSetException">Another process is writing.</exception>
    public static StoreWriter Open(string folder, StoreLayout layout)
    {
        FileStream held;
        try
        {
            held = new(Path.Combine(folder, "writer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not DirectoryNotFoundException)
        {
            throw new DataSetException($"Another process is writing the store {folder} ({error.Message}). Wait for it, or name another folder with --cache.", error);
        }

        try
        {
            return new(folder, layout, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What has to be decoded: images without a record of the same size and date. Makes room for them. Images in tar files are planned as
    /// they arrive.
    /// </summary>
    public IReadOnlyList<DecodeJob> Plan(IReadOnlyList<IndexedImage> images)
    {
        List<DecodeJob> jobs = [];
        List<byte[]> takenBack = [];
        HashSet<string> names = new(images.Count, StringComparer.Ordinal);
        int next = Manifest.NextNumber;
        foreach (IndexedImage image in images)
        {
            string name = image.Label.Stem.ToString();
            names.Add(name);
            if (image.IsStreamed || Manifest.Covers(image))
                continue;
            if (Manifest.Records.TryGetValue(name, out StoredRecord record))
            {
                takenBack.Add(Manifest.TakeBack(name));
                Manifest.Records.Remove(name);
                jobs.Add(new(image, record.Number));
            }
            else
            {
                Manifest.Quarantine.Remove(name);
                jobs.Add(new(image, next++));
            }
        }

        foreach (string gone in Manifest.Quarantine.Keys.Where(name => !names.Contains(name)).ToArray())
            Manifest.Quarantine.Remove(gone);
        Append(takenBack);
        MakeRoom(next);
        return jobs;
    }

    /// <summary>Writes a record's pixels into its slot. They count once <see cref="Acknowledge"/> returned.</summary>
    public void WritePixels(int slot, ReadOnlySpan<byte> record) =>
        RandomAccess.Write(_pixels, record, NpyHeader.Length + (long)slot * _layout.RecordBytes);

    /// <summary>Makes pixels durable, then the lines that say so.</summary>
    public void Acknowledge(IReadOnlyList<StoredRecord> records, IReadOnlyList<QuarantinedImage> quarantined)
    {
        if (records.Count > 0)
            RandomAccess.FlushToDisk(_pixels);
        foreach (StoredRecord record in records)
        {
            Manifest.Records[record.Name] = record;
            Manifest.Quarantine.Remove(record.Name);
        }

        foreach (QuarantinedImage image in quarantined)
            Manifest.Quarantine[image.Name] = image;
        Append([.. records.Select(record => Manifest.Acknowledge(record)), .. quarantined.Select(Manifest.SetAside)]);
    }

    /// <summary>Withdraws acknowledgements.</summary>
    public void TakeBack(IEnumerable<string> names) => Append([.. names.Where(name => Manifest.Records.Remove(name)).Select(Manifest.TakeBack)]);

    public void Dispose()
    {
        _manifest.Dispose();
        _pixels.Dispose();
        _lock.Dispose();
    }

    /// <summary>Makes the pixel file hold at least so many slots.</summary>
    public void MakeRoom(int slots)
    {
        long length = NpyHeader.Length + (long)slots * _layout.RecordBytes;
        byte[] header = NpyHeader.Make(_layout, slots);
        if (RandomAccess.GetLength(_pixels) < length)
        {
            long needed = length - RandomAccess.GetLength(_pixels), free = new DriveInfo(_folder).AvailableFreeSpace;
            if (free < needed)
            {
                throw new DataSetException(
                    $"{_folder} has {free:N0} bytes free and {slots:N0} records need {needed:N0} more. Free some space, or name another " +
                    "folder with --cache.");
            }

            RandomAccess.SetLength(_pixels, length);
        }

        byte[] present = new byte[header.Length];
        RandomAccess.Read(_pixels, present, 0);
        if (present.AsSpan().SequenceEqual(header) || NpyHeader.ReadRecords(present, _layout) > slots)
            return;
        RandomAccess.Write(_pixels, header, 0);
        RandomAccess.FlushToDisk(_pixels);
        DurableFile.FlushFolder(_folder);
    }

    private void Append(IReadOnlyCollection<byte[]> lines)
    {
        if (lines.Count == 0)
            return;
        foreach (byte[] line in lines)
            _manifest.Write(line);
        _manifest.Flush(flushToDisk: true);
    }
}

using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline.Stages;

/// <summary>Decides for each image that comes out of a tar file whether it is wanted, and which slot takes it. Thread-safe.</summary>
internal sealed class StreamPlan
{
    /// <summary>The pixel file grows by so many slots at a time: growing it flushes.</summary>
    private const int SlotsPerGrowth = 512;

    private readonly StoreWriter _writer;
    private readonly Lock _gate;
    private readonly Dictionary<string, Wanted> _wanted = new(StringComparer.Ordinal);
    private readonly int _draft;

    /// <param name="index">The images; those in tar files are looked at.</param>
    /// <param name="writer">The store.</param>
    /// <param name="draft">The size that a draft may be reduced to; 0: none.</param>
    /// <param name="gate">Held whenever the manifest is looked at or written.</param>
    public StreamPlan(DataSetIndex index, StoreWriter writer, int draft, Lock gate)
    {
        _writer = writer;
        _gate = gate;
        _draft = draft;
        HashSet<string> archives = [.. index.UnreadArchives];
        foreach (IndexedImage image in index.Images.Where(image => image.IsStreamed))
        {
            bool known = image.Bytes >= 0;
            if (known && writer.Manifest.Covers(image, _draft))
                continue;
            if (known)
                archives.Add(image.ArchivePath!);
            Expected++;
            _wanted.Add(image.Label.Stem.ToString(), new(image.Label, known ? image.ArchivePath : null));
        }

        Archives = [.. index.Tars.Where(archives.Contains)];
    }

    /// <summary>The tar files that have to be read.</summary>
    public IReadOnlyList<string> Archives { get; }

    /// <summary>Images that may come out of them, at most.</summary>
    public int Expected { get; }

    /// <summary>Takes an image that has come, unless it is not wanted or its record is there.</summary>
    /// <exception cref="DataSetException">There is no room for its record.</exception>
    public bool TryTake(string archive, string name, long bytes, long modified, out DecodeJob job)
    {
        job = default;
        lock (_gate)
        {
            string stem = Path.GetFileNameWithoutExtension(name);
            if (!_wanted.TryGetValue(stem, out Wanted wanted) || (wanted.Archive is not null && wanted.Archive != archive))
                return false;
            _wanted.Remove(stem);
            ArchiveEntry place = new(archive, ArchiveEntry.Streamed);
            IndexedImage image = new(wanted.Label, Path.Join(archive, name), bytes, modified) { Entry = place };
            if (_writer.Manifest.Covers(image, _draft))
                return false;
            job = new(image, Slot(stem));
            return true;
        }
    }

    private int Slot(string stem)
    {
        _writer.Manifest.Quarantine.Remove(stem);
        int slot = _writer.TakeSlot();
        if (slot >= _writer.Room)
            Grow(slot);
        return slot;
    }

    private void Grow(int slot)
    {
        try
        {
            _writer.MakeRoom(slot + Math.Min(SlotsPerGrowth, _wanted.Count + 1));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The store can't grow: {error.Message} Free some space, or name another folder with --cache.", error);
        }
    }

    private readonly record struct Wanted(LabelRow Label, string? Archive);
}

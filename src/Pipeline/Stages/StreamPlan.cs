using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline.Stages;

/// <summary>
/// Decides for each image that comes out of a tar file whether it is wanted, and which slot takes it. Thread-safe.
/// </summary>
internal sealed class StreamPlan
{
    /// <summary>The pixel file grows by so many slots at a time: growing it flushes.</summary>
    private const int SlotsPerGrowth = 512;

    private readonly StoreWriter _writer;
    private readonly Lock _gate;
    private readonly Dictionary<string, Wanted> _wanted = new(StringComparer.Ordinal);
    private readonly int _draft;
    private readonly int _slots;

    /// <param name="index">The data set.</param>
    /// <param name="jobs">What is to be decoded; images in tar files are looked at.</param>
    /// <param name="writer">The store.</param>
    /// <param name="draft">The size that a draft may be reduced to; 0: none.</param>
    /// <param name="gate">Held whenever the manifest is looked at or written.</param>
    public StreamPlan(DataSetIndex index, IReadOnlyList<DecodeJob> jobs, StoreWriter writer, int draft, Lock gate)
    {
        _writer = writer;
        _gate = gate;
        _draft = draft;
        HashSet<string> archives = [.. index.UnreadArchives];
        foreach (DecodeJob job in jobs.Where(job => job.Image.IsStreamed))
        {
            bool known = job.Image.Bytes >= 0;
            if (known)
                archives.Add(job.Image.ArchivePath!);
            _slots = Math.Max(_slots, job.Slot + 1);
            _wanted.Add(job.Image.Label.Stem.ToString(), new(job.Image.Label, known ? job.Image.ArchivePath : null, job.Slot));
        }

        Archives = [.. index.Tars.Where(archives.Contains)];
    }

    /// <summary>The tar files that have to be read.</summary>
    public IReadOnlyList<string> Archives { get; }

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
            _writer.Manifest.Quarantine.Remove(stem);
            if (wanted.Slot >= _writer.Room)
                Grow(wanted.Slot);
            job = new(image, wanted.Slot);
            return true;
        }
    }

    private void Grow(int slot)
    {
        try
        {
            _writer.MakeRoom(Math.Min(_slots, slot + SlotsPerGrowth));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(
                $"The store can't grow: {error.Message} Free some space, or name another folder with --cache.", error);
        }
    }

    private readonly record struct Wanted(LabelRow Label, string? Archive, int Slot);
}

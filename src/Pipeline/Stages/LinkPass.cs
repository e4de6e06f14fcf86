using System.Diagnostics;
using System.Runtime.InteropServices;
using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Decoding;
using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline.Stages;

/// <summary>
/// Images that a tar file has as further names of earlier ones (hard links), without their bytes: it is read a second time, for
/// those that are wanted. One thread at a time.
/// </summary>
internal sealed class LinkPass(string archivePath, StreamPlan plan, DecoderOptions options)
{
    // Names may be links to links; a circle ends here.
    private const int MostSteps = 40;

    private readonly List<(string Name, long Modified)> _links = [];
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DecodeJob>> _wanted = new(StringComparer.Ordinal);

    /// <summary>Takes a link down.</summary>
    public void Add(string name, string target, long modified)
    {
        _links.Add((name, modified));
        _targets[name] = target;
    }

    /// <summary>Hands the linked images on.</summary>
    /// <param name="listing">The archive's files; the links join them.</param>
    /// <param name="pool">The free parcels.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="meter">The reading thread's.</param>
    /// <returns>False where the work has been stopped.</returns>
    public bool Run(List<(string Name, long Bytes, long Modified)> listing, ParcelPool pool, ParcelQueue output, StageMeter meter)
    {
        if (_links.Count == 0)
            return true;
        Dictionary<string, long> sizes = new(StringComparer.Ordinal);
        foreach ((string name, long bytes, _) in listing)
            sizes.TryAdd(name, bytes);
        foreach ((string name, long modified) in _links)
        {
            string target = Resolve(name);
            bool isThere = sizes.TryGetValue(target, out long bytes);
            listing.Add((name, bytes, modified));
            if (!plan.TryTake(archivePath, name, bytes, modified, out DecodeJob job))
                continue;
            if (isThere)
                (CollectionsMarshal.GetValueRefOrAddDefault(_wanted, target, out _) ??= []).Add(job);
            else if (!Fail(job, target, pool, output, meter))
                return false;
        }

        return _wanted.Count == 0 || ReadTargets(pool, output, meter);
    }

    private string Resolve(string name)
    {
        for (int i = 0; i < MostSteps && _targets.TryGetValue(name, out string? target); i++)
            name = target;
        return name;
    }

    private static bool Fail(DecodeJob job, string target, ParcelPool pool, ParcelQueue output, StageMeter meter)
    {
        if (pool.Take(0, meter) is not { } parcel)
            return false;
        parcel.Job = job;
        parcel.Error = new(DecodeReasons.BadArchive, $"{job.Image.Path} is another name of {target}, which is not in the archive. Fetch the archive again.");
        ReadStage.Pass(parcel, Stopwatch.GetTimestamp(), output, meter);
        return true;
    }

    private bool ReadTargets(ParcelPool pool, ParcelQueue output, StageMeter meter)
    {
        using TarArchive archive = TarArchive.Open(archivePath);
        PinnedBuffer file = new();
        while (_wanted.Count > 0 && archive.Walker.Next())
        {
            if (pool.IsClosed)
                return false;
            if (!archive.Walker.Target.IsEmpty || !_wanted.Remove(archive.Walker.Name.ToString(), out List<DecodeJob>? jobs))
                continue;
            ImageFormatException? error = Read(archive.Walker, file);
            foreach (DecodeJob job in jobs)
            {
                if (pool.Take(archive.Walker.Bytes, meter) is not { } parcel)
                    return false;
                long start = Stopwatch.GetTimestamp();
                parcel.Job = job;
                parcel.Error = error;
                if (error is null)
                {
                    parcel.FileBytes = (int)archive.Walker.Bytes;
                    file.Held(parcel.FileBytes).CopyTo(parcel.File.Reserve(parcel.FileBytes));
                }

                ReadStage.Pass(parcel, start, output, meter);
            }
        }

        return true;
    }

    private ImageFormatException? Read(TarWalker entry, PinnedBuffer file)
    {
        try
        {
            Limits.CheckFile(entry.Bytes, options);
            entry.Read(file.Reserve((int)entry.Bytes));
            return null;
        }
        catch (ImageFormatException error)
        {
            return error;
        }
    }
}

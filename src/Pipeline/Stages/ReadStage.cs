using System.Diagnostics;
using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Decoding;
using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline.Stages;

/// <summary>
/// The threads that read: each takes a tar file and reads it to its end, then images that can be read one by one.
/// </summary>
internal sealed class ReadStage(
    PrepareOptions options, IReadOnlyList<DecodeJob> jobs, IReadOnlyList<string> archives, StreamPlan plan, string cache)
{
    // Files come from the page cache or a disk with a queue; beyond a few threads neither gets faster.
    private const int MostFileThreads = 4;

    private readonly List<string> _failures = [];
    private int _nextJob = -1;
    private int _nextArchive = -1;

    /// <summary>What could not be read to its end, a sentence each.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>How many threads are of use.</summary>
    public int Threads =>
        Math.Max(1, Math.Min(options.Threads, archives.Count > 0 ? archives.Count : Math.Min(jobs.Count, MostFileThreads)));

    /// <summary>One thread's work.</summary>
    public void Run(ParcelPool pool, ParcelQueue output, StageMeter meter)
    {
        while (Interlocked.Increment(ref _nextArchive) is var i && i < archives.Count)
        {
            if (!ReadArchive(archives[i], pool, output, meter))
                return;
        }

        using ImageReader reader = new(options.Decoder);
        while (Interlocked.Increment(ref _nextJob) is var i && i < jobs.Count)
        {
            if (pool.Take(Math.Max(0, jobs[i].Image.Bytes), meter) is not { } parcel)
                return;
            parcel.Job = jobs[i];
            long start = Stopwatch.GetTimestamp();
            try
            {
                parcel.FileBytes = reader.Read(parcel.Job.Image, parcel.File).Length;
            }
            catch (ImageFormatException error)
            {
                parcel.Error = error;
            }

            Pass(parcel, start, output, meter);
        }
    }

    /// <returns>False where the work has been stopped.</returns>
    private bool ReadArchive(string path, ParcelPool pool, ParcelQueue output, StageMeter meter)
    {
        TarArchive? archive = null;
        List<(string Name, long Bytes, long Modified)> listing = [];
        try
        {
            archive = TarArchive.Open(path);
            if (!ReadEntries(archive, listing, pool, output, meter))
                return false;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            lock (_failures)
                _failures.Add(archive?.Explain(error) ?? $"{path} can't be opened: {error.Message}");
            return true;
        }
        finally
        {
            archive?.Dispose();
        }

        ArchiveListing.Write(cache, path, listing);
        return true;
    }

    private bool ReadEntries(
        TarArchive archive, List<(string Name, long Bytes, long Modified)> listing, ParcelPool pool, ParcelQueue output,
        StageMeter meter)
    {
        TarWalker entry = archive.Walker;
        LinkPass links = new(archive.Path, plan, options.Decoder);
        long start = Stopwatch.GetTimestamp();
        while (entry.Next())
        {
            if (pool.IsClosed)
                return false;
            if (!SourceFile.IsImage(entry.Name))
                continue;
            string name = entry.Name.ToString();
            if (!entry.Target.IsEmpty)
            {
                links.Add(name, entry.Target.ToString(), entry.Modified);
                continue;
            }

            listing.Add((name, entry.Bytes, entry.Modified));
            if (!plan.TryTake(archive.Path, name, entry.Bytes, entry.Modified, out DecodeJob job))
                continue;
            meter.Busy += Stopwatch.GetTimestamp() - start;
            if (pool.Take(entry.Bytes, meter) is not { } parcel)
                return false;
            parcel.Job = job;
            start = Stopwatch.GetTimestamp();
            if (!Fill(parcel, entry))
            {
                pool.Return(parcel);
                throw new EndOfStreamException("it ends early");
            }

            Pass(parcel, start, output, meter);
            start = Stopwatch.GetTimestamp();
        }

        archive.Finish();
        meter.Busy += Stopwatch.GetTimestamp() - start;
        return links.Run(listing, pool, output, meter);
    }

    // False where the archive ends inside the file.
    private bool Fill(Parcel parcel, TarWalker entry)
    {
        try
        {
            Limits.CheckFile(entry.Bytes, options.Decoder);
            entry.Read(parcel.File.Reserve((int)entry.Bytes));
            parcel.FileBytes = (int)entry.Bytes;
        }
        catch (ImageFormatException error)
        {
            parcel.Error = error;
        }
        catch (EndOfStreamException)
        {
            return false;
        }

        return true;
    }

    /// <summary>Hands a parcel on.</summary>
    internal static void Pass(Parcel parcel, long start, ParcelQueue output, StageMeter meter)
    {
        meter.Busy += Stopwatch.GetTimestamp() - start;
        meter.Bytes += parcel.FileBytes;
        meter.Images++;
        output.Add(parcel);
    }
}

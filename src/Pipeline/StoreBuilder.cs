using System.Diagnostics;
using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Stages;

namespace ChestXray.Pipeline;

/// <summary>Decodes the images of a data set into a store, or completes one that is there.</summary>
public static class StoreBuilder
{
    private static readonly TimeSpan _lockPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Makes the store of this layout hold every image of the index that can be decoded. Decodes only what is missing or
    /// changed.
    /// </summary>
    /// <param name="index">The images.</param>
    /// <param name="cache">The cache folder; the store goes into a sub-folder of the layout's name.</param>
    /// <param name="layout">Size and pixel type.</param>
    /// <param name="options">Threads, tolerance for broken images.</param>
    /// <param name="progress">Told a few times a second, from the calling thread.</param>
    /// <param name="cancellation">Stops between images; what was decoded stays.</param>
    /// <returns>What was done; open the store with <see cref="RecordStore.Open"/>.</returns>
    /// <exception cref="DataSetException">
    /// Too many broken images, another process that goes on writing, a full disk, a folder that can't be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PrepareResult Prepare(
        DataSetIndex index, string cache, StoreLayout layout, PrepareOptions? options = null,
        Action<PrepareProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        layout.Validate();
        options ??= new();
        string folder = Path.Combine(Path.GetFullPath(cache), layout.FolderName);
        try
        {
            if (TryReuse(index, folder, layout, options) is { } complete)
                return complete;
            options.Files.CreateFolder(folder);
            using StoreWriter writer = Open(folder, layout, options, progress, cancellation);
            using Preparation work = new(writer, layout, options, index, Path.GetFullPath(cache));
            TimeSpan before = Environment.CpuUsage.TotalTime;
            work.Run(progress, cancellation);
            TimeSpan processor = Environment.CpuUsage.TotalTime - before;
            if (index.UnreadArchives.Count > 0)
                index = index.Reread(Path.GetFullPath(cache));
            work.RefuseTooManyBad(index.Images.Count);
            QuarantinedImage[] quarantine = QuarantineOf(index, writer.Manifest);
            int reused = index.Images.Count - quarantine.Length - work.Decoded;
            return new(folder, work.Decoded, reused, quarantine, work.SourceBytes, work.Elapsed)
            {
                Index = index,
                Stages = work.Stages,
                ProcessorTime = processor,
                Mended = writer.Mended,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(
                $"The store {folder} can't be written: {error.Message} Free some space, or name another folder with --cache. What was decoded " +
                "before stays.", error);
        }
    }

    /// <summary>
    /// How many images a preparation would decode: those without a record of the same size and date. Writes nothing.
    /// </summary>
    /// <param name="index">The images.</param>
    /// <param name="cache">The cache folder.</param>
    /// <param name="layout">Size and pixel type.</param>
    /// <param name="options">Those of the preparation.</param>
    /// <exception cref="DataSetException">The store's manifest is another format's, or can't be read.</exception>
    public static int CountMissing(DataSetIndex index, string cache, StoreLayout layout, PrepareOptions? options = null)
    {
        string folder = Path.Combine(Path.GetFullPath(cache), layout.FolderName);
        return TryRead(folder, layout, options ?? new()) is { } manifest
            ? index.Images.Count(image => !manifest.Covers(image, layout.DraftSize)) : index.Images.Count;
    }

    /// <summary>Takes records back, so that the next preparation decodes their images anew.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="names">The records' names; unknown ones are passed over.</param>
    /// <exception cref="DataSetException">Another process is writing, or the folder can't be written.</exception>
    public static void TakeBack(string folder, StoreLayout layout, IEnumerable<string> names) =>
        TakeBack(SystemFiles.Instance, folder, layout, names);

    /// <summary>
    /// Writes into the manifest which split a run uses. Nothing depends on it: a store that can't be written, or that another
    /// process is writing, stays as it is.
    /// </summary>
    /// <param name="store">The store; an open one shows the splits that were there when it was opened.</param>
    /// <param name="split">The split and its statistics.</param>
    /// <returns>Whether the manifest has the line now.</returns>
    public static bool NoteSplit(RecordStore store, StoredSplit split)
    {
        if (store.Splits.Contains(split))
            return true;
        try
        {
            using StoreWriter? writer = StoreWriter.TryOpen(SystemFiles.Instance, store.Folder, store.Layout);
            writer?.Note(split);
            return writer is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static void TakeBack(IStoreFiles files, string folder, StoreLayout layout, IEnumerable<string> names)
    {
        try
        {
            using StoreWriter writer = StoreWriter.TryOpen(files, folder, layout)
                ?? throw new DataSetException($"Another process is writing the store {folder}. Wait for it.");
            writer.TakeBack(names);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The store {folder} can't be written: {error.Message}", error);
        }
    }

    /// <summary>
    /// A store that has every image and no fault needs no writer: it may be read-only, or another process may be writing it.
    /// </summary>
    private static PrepareResult? TryReuse(DataSetIndex index, string folder, StoreLayout layout, PrepareOptions options)
    {
        if (index.UnreadArchives.Count > 0 || TryRead(folder, layout, options) is not { Damage.Count: 0 } manifest ||
            ShardSurvey.Of(options.Files, folder, layout, manifest.NextNumber).Problems.Count > 0)
        {
            return null;
        }

        QuarantinedImage[] quarantine = QuarantineOf(index, manifest);
        bool isComplete = quarantine.Length <= options.MaxBadShare * index.Images.Count &&
            index.Images.All(image => manifest.Covers(image, layout.DraftSize) && HasItsLabels(manifest, image));
        return isComplete ? new(folder, 0, index.Images.Count - quarantine.Length, quarantine, 0, TimeSpan.Zero) { Index = index } : null;
    }

    private static bool HasItsLabels(Manifest manifest, in IndexedImage image) =>
        !manifest.Records.TryGetValue(image.Label.Stem.ToString(), out StoredRecord record)
            || record.FindingBits == image.Label.FindingBits;

    private static Manifest? TryRead(string folder, StoreLayout layout, PrepareOptions options)
    {
        string path = Path.Combine(folder, RecordStore.ManifestFile);
        try
        {
            return options.Files.LengthOf(path) is null or 0 ? null : Manifest.Read(options.Files.ReadAll(path), path, layout);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The store's manifest {path} can't be read: {error.Message}", error);
        }
    }

    /// <summary>Waits while another process writes; a dead one's lock is free.</summary>
    private static StoreWriter Open(
        string folder, StoreLayout layout, PrepareOptions options, Action<PrepareProgress>? progress,
        CancellationToken cancellation)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); ; cancellation.WaitHandle.WaitOne(_lockPoll))
        {
            cancellation.ThrowIfCancellationRequested();
            if (StoreWriter.TryOpen(options.Files, folder, layout) is { } writer)
                return writer;
            if (waited.Elapsed >= options.WaitForWriter)
            {
                throw new DataSetException(
                    $"Another process is writing the store {folder} (waited {waited.Elapsed.TotalSeconds:0} s). Wait for it, or name another folder with --cache.");
            }

            progress?.Invoke(new(0, 0, 0, waited.Elapsed) { WaitsForWriter = true });
        }
    }

    private static QuarantinedImage[] QuarantineOf(DataSetIndex index, Manifest manifest) =>
    [
        .. from image in index.Images
           let set = manifest.Quarantine.GetValueOrDefault(image.Label.Stem.ToString())
           where set is not null
           select set,
    ];
}

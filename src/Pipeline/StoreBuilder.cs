using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Stages;

namespace ChestXray.Pipeline;

/// <summary>Decodes the images of a data set into a store, or completes one that is there.</summary>
public static class StoreBuilder
{
    /// <summary>Makes the store of this layout hold every image of the index that can be decoded. Decodes only what is missing or changed.</summary>
    /// <param name="index">The images.</param>
    /// <param name="cache">The cache folder; the store goes into a sub-folder of the layout's name.</param>
    /// <param name="layout">Size and pixel type.</param>
    /// <param name="options">Threads, tolerance for broken images.</param>
    /// <param name="progress">Told a few times a second, from the calling thread.</param>
    /// <param name="cancellation">Stops between images; what was decoded stays.</param>
    /// <returns>What was done; open the store with <see cref="RecordStore.Open"/>.</returns>
    /// <exception cref="DataSetException">Too many broken images, another process writing, a full disk, a folder that can't be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PrepareResult Prepare(
        DataSetIndex index, string cache, StoreLayout layout, PrepareOptions? options = null, Action<PrepareProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        layout.Validate();
        options ??= new();
        string folder = Path.Combine(Path.GetFullPath(cache), layout.FolderName);
        try
        {
            Directory.CreateDirectory(folder);
            using StoreWriter writer = StoreWriter.Open(folder, layout);
            using Preparation work = new(writer, layout, options, index, Path.GetFullPath(cache));
            TimeSpan before = Environment.CpuUsage.TotalTime;
            work.Run(progress, cancellation);
            TimeSpan processor = Environment.CpuUsage.TotalTime - before;
            if (index.UnreadArchives.Count > 0)
                index = index.Reread(Path.GetFullPath(cache));
            work.RefuseTooManyBad(index.Images.Count);
            QuarantinedImage[] quarantine =
            [
                .. from image in index.Images
                   let set = writer.Manifest.Quarantine.GetValueOrDefault(image.Label.Stem.ToString())
                   where set is not null
                   select set,
            ];
            int reused = index.Images.Count - quarantine.Length - work.Decoded;
            return new(folder, work.Decoded, reused, quarantine, work.SourceBytes, work.Elapsed)
            {
                Index = index,
                Stages = work.Stages,
                ProcessorTime = processor,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(
                $"The store {folder} can't be written: {error.Message} Free some space, or name another folder with --cache. What was decoded " +
                "before stays.", error);
        }
    }

    /// <summary>How many images a preparation would decode: those without a record of the same size and date. Writes nothing.</summary>
    /// <param name="index">The images.</param>
    /// <param name="cache">The cache folder.</param>
    /// <param name="layout">Size and pixel type.</param>
    /// <exception cref="DataSetException">The store's manifest is damaged or another format's.</exception>
    public static int CountMissing(DataSetIndex index, string cache, StoreLayout layout)
    {
        string path = Path.Combine(cache, layout.FolderName, RecordStore.ManifestFile);
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return index.Images.Count;
        Manifest manifest = Manifest.Read(path, layout);
        return index.Images.Count(image => !manifest.Covers(image));
    }

    /// <summary>Takes records back, so that the next preparation decodes their images anew.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="names">The records' names; unknown ones are passed over.</param>
    /// <exception cref="DataSetException">Another process is writing.</exception>
    public static void TakeBack(string folder, StoreLayout layout, IEnumerable<string> names)
    {
        using StoreWriter writer = StoreWriter.Open(folder, layout);
        writer.TakeBack(names);
    }
}

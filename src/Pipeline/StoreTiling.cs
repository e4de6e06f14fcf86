using System.Globalization;
using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline;

/// <summary>Makes a large store by repeating a small one's records: for measurements, never for training.</summary>
public static class StoreTiling
{
    private const int RecordsPerChunk = 8192;

    /// <summary>Writes it, in a new folder.</summary>
    /// <param name="source">Whose records are repeated, in the order of their numbers.</param>
    /// <param name="cache">
    /// The cache folder; the store goes into a sub-folder of the layout's name, which must not be there.
    /// </param>
    /// <param name="records">How many records to write.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <returns>The store's folder.</returns>
    /// <exception cref="DataSetException">The folder is there, the source is empty or damaged, or the disk is full.</exception>
    public static string Make(RecordStore source, string cache, int records, CancellationToken cancellation = default)
    {
        StoredRecord[] all = [.. source.Records.OrderBy(record => record.Number)];
        string folder = Path.Combine(Path.GetFullPath(cache), source.Layout.FolderName);
        if (all.Length == 0 || Directory.Exists(folder))
            throw new DataSetException(all.Length == 0
                ? $"{source.Folder} has no record to repeat." : $"{folder} is there already: name a new folder.");
        try
        {
            SystemFiles.Instance.CreateFolder(folder);
            using StoreWriter writer = StoreWriter.TryOpen(SystemFiles.Instance, folder, source.Layout)!;
            IReadOnlyList<DecodeJob> jobs =
                writer.Plan([.. Enumerable.Range(0, records).Select(i => Image(i, all[i % all.Length]))]);
            foreach (DecodeJob[] chunk in jobs.Chunk(RecordsPerChunk))
            {
                StoredRecord[] written = new StoredRecord[chunk.Length];
                for (int i = 0; i < chunk.Length; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    StoredRecord record = all[chunk[i].Slot % all.Length];
                    writer.WritePixels(chunk[i].Slot, source.Read(record.Number));
                    written[i] = record with { Number = chunk[i].Slot, Name = chunk[i].Image.Label.Stem.ToString() };
                }

                writer.Acknowledge(written, []);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The store {folder} can't be written: {error.Message}", error);
        }

        return folder;
    }

    private static IndexedImage Image(int number, in StoredRecord record) => new(
        new($"tile-{number.ToString("D7", CultureInfo.InvariantCulture)}.png", record.FindingBits, 0, 0, 0, '\0', ""), "",
        record.SourceBytes, record.SourceModified);
}

using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace ChestXray.Pipeline.Sources;

/// <summary>
/// The images of a tar file, written down beside the stores when it was read to its end, so that no later start has to read it
/// for their names. Counts only while the archive has the same size and date.
/// </summary>
internal static class ArchiveListing
{
    private const string Format = "chestxray-archive 1";

    /// <summary>Where the listing of an archive is kept.</summary>
    public static string PathFor(string cache, string archive)
    {
        string hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(archive)).ToString("x16", CultureInfo.InvariantCulture);
        return Path.Join(cache, "archives", $"{Path.GetFileName(archive)}-{hash[..8]}.tsv");
    }

    /// <summary>The images of an archive; null where it has not been read to its end, or has changed since.</summary>
    public static List<SourceFile>? Read(string cache, string archive)
    {
        string path = PathFor(cache, archive);
        if (!File.Exists(path))
            return null;
        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != FirstLine(archive))
            return null;
        ArchiveEntry place = new(archive, ArchiveEntry.Streamed);
        List<SourceFile> files = new(lines.Length);
        foreach (string line in lines.AsSpan(1))
        {
            string[] fields = line.Split('\t');
            if (fields.Length != 3 || !Number(fields[1], out long bytes) || !Number(fields[2], out long modified))
                return null;
            files.Add(new(Path.Join(archive, fields[0]), bytes, modified, place));
        }

        return files;
    }

    /// <summary>Keeps the images of an archive that was read to its end.</summary>
    /// <param name="cache">The folder of the stores.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="entries">Name in the archive, size and date of each image.</param>
    /// <exception cref="IOException">The disk is full, or the folder refuses.</exception>
    public static void Write(string cache, string archive, IEnumerable<(string Name, long Bytes, long Modified)> entries)
    {
        string path = PathFor(cache, archive);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Replace(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(FirstLine(archive));
            foreach ((string name, long bytes, long modified) in entries)
                writer.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{name.ReplaceLineEndings(" ").Replace('\t', ' ')}\t{bytes}\t{modified}"));
        });
    }

    private static string FirstLine(string archive)
    {
        FileInfo file = new(archive);
        return string.Create(CultureInfo.InvariantCulture, $"{Format}\t{archive}\t{file.Length}\t{file.LastWriteTimeUtc.Ticks}");
    }

    private static bool Number(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

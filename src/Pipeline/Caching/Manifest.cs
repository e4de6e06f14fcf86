using System.Text;
using System.Text.Json;

namespace ChestXray.Pipeline.Caching;

/// <summary>A store's manifest: JSON Lines, appended to and never rewritten, so that it is the journal, too.</summary>
/// <remarks>
/// The first line names format and layout. Each further line acknowledges a record, whose pixels were on disk before it was written, or
/// quarantines an image, or takes a record back before its slot is written anew. Of two lines for one name the later one counts. A last
/// line without line feed was torn by a crash and does not count. docs/cache-format.md has every field.
/// </remarks>
internal sealed class Manifest
{
    public const int FormatVersion = 1;

    /// <summary>Raised when a decoder's change gives other pixels for the same file.</summary>
    public const int DecoderVersion = 1;

    /// <summary>The acknowledged records by name.</summary>
    public Dictionary<string, StoredRecord> Records { get; } = new(StringComparer.Ordinal);

    /// <summary>The quarantined images by name.</summary>
    public Dictionary<string, QuarantinedImage> Quarantine { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of the whole lines; what follows was torn.</summary>
    public long Length { get; private set; }

    /// <summary>One more than the highest record number ever acknowledged.</summary>
    public int NextNumber { get; private set; }

    /// <summary>Whether an image has a record, or was set aside, at its present size and date.</summary>
    public bool Covers(in IndexedImage image)
    {
        string name = image.Label.Stem.ToString();
        return (Records.TryGetValue(name, out StoredRecord record) && record.SourceBytes == image.Bytes && record.SourceModified == image.Modified) ||
            (Quarantine.TryGetValue(name, out QuarantinedImage? set) && set.SourceBytes == image.Bytes && set.SourceModified == image.Modified);
    }

    public static byte[] FirstLine(StoreLayout layout) => Line(writer =>
    {
        writer.WriteString("format", "chestxray-store");
        writer.WriteNumber("version", FormatVersion);
        writer.WriteNumber("decoder", DecoderVersion);
        writer.WriteNumber("size", layout.Size);
        writer.WriteString("pixels", layout.Pixels == PixelType.U16 ? "u16" : "u8");
        writer.WriteString("resize", $"bilinear, half-pixel centres, {(layout.Antialias ? "antialias" : "no antialias")}");
        if (layout.Draft)
            writer.WriteBoolean("draft", true);
    });

    public static byte[] Acknowledge(in StoredRecord record)
    {
        StoredRecord copy = record;
        return Line(writer =>
        {
            writer.WriteNumber("record", copy.Number);
            writer.WriteString("name", copy.Name);
            writer.WriteNumber("source_bytes", copy.SourceBytes);
            writer.WriteNumber("source_modified", copy.SourceModified);
            writer.WriteNumber("sum", copy.Sum);
            writer.WriteNumber("sum_of_squares", copy.SumOfSquares);
            writer.WriteString("xxh3", copy.Hash.ToString("x16"));
        });
    }

    public static byte[] TakeBack(string name) => Line(writer => writer.WriteString("taken_back", name));

    public static byte[] SetAside(QuarantinedImage image) => Line(writer =>
    {
        writer.WriteString("quarantined", image.Name);
        writer.WriteString("path", image.Path);
        writer.WriteNumber("source_bytes", image.SourceBytes);
        writer.WriteNumber("source_modified", image.SourceModified);
        writer.WriteString("reason", image.Reason);
        writer.WriteString("detail", image.Detail);
    });

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="DataSetException">It is another format's, version's or layout's, or a whole line is no line of ours.</exception>
    public static Manifest Read(string path, StoreLayout layout)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Manifest manifest = new();
        int number = 0;
        for (int start = 0; bytes.AsSpan(start).IndexOf((byte)'\n') is var length and >= 0; start += length + 1)
        {
            number++;
            ReadOnlySpan<byte> line = bytes.AsSpan(start, length);
            if (number == 1 && !line.SequenceEqual(FirstLine(layout).AsSpan()[..^1]))
                throw new DataSetException($"The store {path} begins with '{Encoding.UTF8.GetString(line)}': this program writes {Encoding.UTF8.GetString(FirstLine(layout)).Trim()}. Remove the folder to decode anew, or name another with --cache.");
            if (number > 1)
                manifest.Apply(path, number, line);
            manifest.Length = start + length + 1;
        }

        return manifest;
    }

    private void Apply(string path, int number, ReadOnlySpan<byte> line)
    {
        try
        {
            ManifestLine parsed = ManifestLine.Parse(line);
            if (parsed.TakenBack is { } name)
            {
                Records.Remove(name);
            }
            else if (parsed.Quarantined is { } image)
            {
                Quarantine[image.Name] = image;
                Records.Remove(image.Name);
            }
            else
            {
                Records[parsed.Record.Name] = parsed.Record;
                Quarantine.Remove(parsed.Record.Name);
                NextNumber = Math.Max(NextNumber, parsed.Record.Number + 1);
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new DataSetException(
                $"The store's manifest {path} is damaged in line {number}: '{Encoding.UTF8.GetString(line)}'. Remove the store's folder: the " +
                "next run decodes the images anew.", error);
        }
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}

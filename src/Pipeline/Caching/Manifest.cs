using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace ChestXray.Pipeline.Caching;

/// <summary>A store's manifest: JSON Lines, appended to, so that it is the journal, too.</summary>
/// <remarks>
/// The first line names format and layout. Each further line acknowledges a record, whose pixels were on disk before it was
/// written, or quarantines an image, or takes a record back, or says below which slot none may be handed out, or names a split
/// that a run has used. Of two lines for one name the later one counts. Each line proves itself (<see cref="ManifestText"/>); a
/// damaged one costs what it said and no more. docs/cache-format.md has every field.
/// </remarks>
internal sealed class Manifest
{
    public const int FormatVersion = 2;

    /// <summary>Raised when a decoder's change gives other pixels for the same file.</summary>
    public const int DecoderVersion = 1;

    /// <summary>Fewer bytes than any line of a record has.</summary>
    private const int BytesPerRecord = 224;

    private readonly List<bool> _isUsed = [];

    public Manifest(StoreLayout layout)
    {
        byte[] first = FirstLine(layout);
        Seed = ManifestText.SeedOf(first);
        Length = first.Length;
    }

    /// <summary>What the checks of all lines but the first are seeded with.</summary>
    public ulong Seed { get; }

    /// <summary>The acknowledged records by name.</summary>
    public Dictionary<string, StoredRecord> Records { get; } = new(StringComparer.Ordinal);

    /// <summary>The quarantined images by name.</summary>
    public Dictionary<string, QuarantinedImage> Quarantine { get; } = new(StringComparer.Ordinal);

    /// <summary>Splits that runs have used, by name.</summary>
    public Dictionary<string, StoredSplit> Splits { get; } = new(StringComparer.Ordinal);

    /// <summary>What was damaged, line by line.</summary>
    public List<NamedProblem> Damage { get; } = [];

    /// <summary>Bytes up to the end of the last whole line; what follows was torn.</summary>
    public long Length { get; private set; }

    /// <summary>One more than the highest record number ever acknowledged.</summary>
    public int NextNumber { get; private set; }

    /// <summary>Slots below it are not handed out: damaged lines may have named them.</summary>
    public int SlotsFrom { get; set; }

    /// <summary>Whether a slot may be handed out: no line ever gave it to a record, so that no reader looks at it.</summary>
    public bool IsFree(int slot) => slot >= SlotsFrom && (slot >= _isUsed.Count || !_isUsed[slot]);

    /// <summary>Whether an image has a record, or was set aside, as it is now.</summary>
    public bool Covers(in IndexedImage image, int draft)
    {
        string name = image.Label.Stem.ToString();
        return (Records.TryGetValue(name, out StoredRecord record) && record.SourceBytes == image.Bytes &&
                record.SourceModified == image.Modified && record.Draft == draft) ||
            (Quarantine.TryGetValue(name, out QuarantinedImage? set) && set.SourceBytes == image.Bytes
                && set.SourceModified == image.Modified);
    }

    public static byte[] FirstLine(StoreLayout layout) => ManifestText.Line(0, writer =>
    {
        writer.WriteString("format", "chestxray-store");
        writer.WriteNumber("version", FormatVersion);
        writer.WriteNumber("decoder", DecoderVersion);
        writer.WriteNumber("size", layout.Size);
        writer.WriteString("pixels", layout.Pixels == PixelType.U16 ? "u16" : "u8");
        writer.WriteString("resize", $"bilinear, half-pixel centres, {(layout.Antialias ? "antialias" : "no antialias")}");
        if (layout.Draft)
            writer.WriteBoolean("draft", true);
        writer.WriteNumber("shard_records", layout.ShardRecords);
    });

    /// <summary>The whole manifest anew, without what no longer counts.</summary>
    public byte[] Write(StoreLayout layout)
    {
        using MemoryStream stream = new();
        stream.Write(FirstLine(layout));
        stream.Write(ManifestLine.BeginSlotsAt(Seed, SlotsFrom));
        foreach (StoredRecord record in Records.Values)
            stream.Write(ManifestLine.Acknowledge(Seed, record));
        foreach (QuarantinedImage image in Quarantine.Values)
            stream.Write(ManifestLine.SetAside(Seed, image));
        foreach (StoredSplit split in Splits.Values)
            stream.Write(ManifestLine.Note(Seed, split));
        return stream.ToArray();
    }

    /// <summary>Reads a manifest. Damaged lines are named in <see cref="Damage"/> and passed over.</summary>
    /// <exception cref="DataSetException">
    /// It is another format's, version's or layout's, or none of its lines is whole.
    /// </exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Runs once in a process, over 112,120 lines: there is no second call to be fast in.
    public static Manifest Read(ReadOnlySpan<byte> bytes, string path, StoreLayout layout)
    {
        Manifest manifest = new(layout);
        bool isFirstWhole = bytes.StartsWith(FirstLine(layout));
        if (!isFirstWhole)
            FirstLineProblem.RefuseForeign(bytes, path, layout);
        manifest.Records.EnsureCapacity(bytes.Length / BytesPerRecord);
        int position = isFirstWhole ? (int)manifest.Length : 0, whole = 0;
        while (position < bytes.Length)
        {
            int length = ManifestText.Measure(bytes[position..], manifest.Seed);
            if (length == 0)
            {
                int next = manifest.NextWhole(bytes, position + 1);
                if (next < 0 && !bytes[position..].Contains((byte)'\n'))
                    break;
                next = next < 0 ? bytes.Length : next;
                manifest.NameDamage(path, bytes, position, next);
                position = next;
                continue;
            }

            if (position + length == bytes.Length)
                break;
            whole++;
            manifest.Apply(bytes.Slice(position, length), path);
            position += length;
            if (bytes[position] != '\n')
                manifest.NameDamage(path, bytes, position, position + 1);
            position++;
        }

        manifest.Length = position;
        return isFirstWhole || whole > 0 ? manifest : throw FirstLineProblem.NothingWhole(bytes, path, layout);
    }

    /// <summary>Counts a slot as given to a record.</summary>
    public void Use(int slot)
    {
        while (slot >= _isUsed.Count)
            _isUsed.Add(false);
        _isUsed[slot] = true;
        NextNumber = Math.Max(NextNumber, slot + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apply(ReadOnlySpan<byte> line, string path)
    {
        if (RecordLine.TryParse(line, out StoredRecord read))
        {
            Take(read);
            return;
        }

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
            else if (parsed.SlotsFrom is { } slot)
            {
                SlotsFrom = Math.Max(SlotsFrom, slot);
            }
            else if (parsed.Split is { } split)
            {
                Splits[split.Name] = split;
            }
            else if (parsed.Record is { } record)
            {
                Take(record);
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new DataSetException(
                $"The manifest {path} has a whole line that this program can't read ({error.Message}): '{Encoding.UTF8.GetString(line)}'. " +
                "A newer program wrote it: use that one, or name another folder with --cache.", error);
        }
    }

    private void Take(in StoredRecord record)
    {
        Records[record.Name] = record;
        Quarantine.Remove(record.Name);
        Use(record.Number);
    }

    /// <summary>Where the next whole line begins; -1 where none does.</summary>
    private int NextWhole(ReadOnlySpan<byte> bytes, int from)
    {
        for (int start = from; bytes[start..].IndexOf("{\""u8) is var offset and >= 0; start++)
        {
            start += offset;
            if (ManifestText.Measure(bytes[start..], Seed) > 0)
                return start;
        }

        return -1;
    }

    private void NameDamage(string path, ReadOnlySpan<byte> bytes, int start, int end)
    {
        int number = bytes[..start].Count((byte)'\n') + 1;
        string shown = Encoding.UTF8.GetString(bytes[start..Math.Min(end, start + 80)]).TrimEnd('\n');
        Damage.Add(new("manifest-line", $"line {number}",
            $"{path} is damaged in line {number} ({end - start} bytes that no check vouches for: '{shown}'). Its record is decoded anew by the next `prepare`."));
    }
}

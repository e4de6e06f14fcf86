using System.Text;
using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Tests.Crashes;

namespace ChestXray.Pipeline.Tests.Caching;

/// <summary>
/// Faults planted into a store of nine records in five shards: each has to be found and named, and mended by a preparation.
/// </summary>
public sealed class PlantedFaultTests : IDisposable
{
    private static readonly StoreLayout _layout = new(64) { ShardBytes = 8192 };
    private static readonly Dictionary<string, Fault> _faults = MakeFaults();
    private readonly SmallSet _set = new(9);
    private readonly MemoryFolder _memory = new();

    public static TheoryData<string> Names { get; } = [.. _faults.Keys];

    private string Folder => Path.Combine(_memory.Path, _layout.FolderName);

    public void Dispose()
    {
        _set.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_fault_is_named_and_mended(string name)
    {
        Fault fault = _faults[name];
        StoreBuilder.Prepare(_set.Index, _memory.Path, _layout, new() { Threads = 1 });
        fault.Plant(Folder);

        string[] found = Inspect();

        Assert.Contains(found, line => line.Contains(fault.Named, StringComparison.Ordinal));
        if (fault.IsRefused)
            return;
        StoreBuilder.TakeBack(Folder, _layout, StoreInspection.Run(Folder, _layout)
            .Faults.Where(found => found.Kind == "damaged-record").Select(found => found.Name));
        PrepareResult mended = StoreBuilder.Prepare(_set.Index, _memory.Path, _layout);
        Assert.InRange(mended.Decoded, 0, fault.Cost);
        RequireAll();
    }

    [Fact]
    public void There_are_at_least_thirty_of_them() => Assert.InRange(_faults.Count, 30, int.MaxValue);

    private string[] Inspect()
    {
        try
        {
            return [.. StoreInspection.Run(Folder, _layout).Faults.Select(fault => $"{fault.Kind} {fault.Name}: {fault.Detail}")];
        }
        catch (DataSetException refused)
        {
            return [refused.Message];
        }
    }

    private void RequireAll()
    {
        Assert.Empty(StoreInspection.Run(Folder, _layout).Faults);
        using RecordStore store = RecordStore.Open(Folder, _layout);
        for (int i = 1; i <= 9; i++)
        {
            Assert.True(store.TryFind($"{i:D8}_000", out StoredRecord record));
            Assert.All(store.Read(record.Number).ToArray(), level => Assert.Equal(10 * i, level));
        }
    }

    private static Dictionary<string, Fault> MakeFaults() => new()
    {
        ["one bit of a record's first pixel"] = new("damaged-record 00000001_000", 1, Pixels(0, bytes => bytes[4096] ^= 1)),
        ["one bit of the last record's last pixel"] = new("damaged-record 00000009_000", 1, Pixels(4, bytes => bytes[^1] ^= 128)),
        ["a record of zeros"] = new("damaged-record 00000002_000", 1, Pixels(0, bytes => bytes.AsSpan(8192, 4096).Clear())),
        ["a disk block of zeros over two records"] =
            new("damaged-record 00000003_000", 2, Pixels(1, bytes => bytes.AsSpan(6144, 4096).Clear())),
        ["two records swapped"] =
            new("damaged-record 00000004_000", 2, Pixels(1, bytes => Swap(bytes.AsSpan(4096, 4096), bytes.AsSpan(8192, 4096)))),
        ["a record twice"] = new("damaged-record 00000004_000", 1,
            Pixels(1, bytes => bytes.AsSpan(4096, 4096).CopyTo(bytes.AsSpan(8192)))),
        ["pixels one byte further on"] =
            new("damaged-record 00000002_000", 2, Pixels(0, bytes => bytes.AsSpan(4096, 8191).CopyTo(bytes.AsSpan(4097)))),
        ["two shards swapped"] = new("damaged-record 00000003_000", 4, folder =>
        {
            File.Move(Shard(folder, 1), Shard(folder, 9));
            File.Move(Shard(folder, 2), Shard(folder, 1));
            File.Move(Shard(folder, 9), Shard(folder, 2));
        }),
        ["a header without NumPy's magic"] = new("shard-header pixels-0001.npy", 0, Pixels(1, bytes => bytes[1] = (byte)'M')),
        ["a header of another NumPy version"] = new("shard-header pixels-0001.npy", 0, Pixels(1, bytes => bytes[6] = 2)),
        ["a header of another length"] = new("shard-header pixels-0001.npy", 0, Pixels(1, bytes => bytes[8] ^= 1)),
        ["a header of 16-bit values"] = new("shard-header pixels-0002.npy", 0, Header(2, "|u1", "<u2")),
        ["a header of Fortran's order"] = new("shard-header pixels-0002.npy", 0, Header(2, "False", "True ")),
        ["a header of smaller images"] = new("shard-header pixels-0002.npy", 0, Header(2, "64, 64", "32, 32")),
        ["a header of fewer records"] = new("shard-header pixels-0003.npy", 0, Header(3, "(2,", "(1,")),
        ["a header of more records"] = new("shard-cut-off pixels-0003.npy", 0, Header(3, "(2,", "(3,")),
        ["a header without its line feed"] = new("shard-header pixels-0004.npy", 0, Pixels(4, bytes => bytes[4095] = (byte)' ')),
        ["a header of zeros"] = new("shard-header pixels-0000.npy", 0, Pixels(0, bytes => bytes.AsSpan(0, 4096).Clear())),
        ["a missing shard in the middle"] = new("shard-missing pixels-0002.npy", 2, folder => File.Delete(Shard(folder, 2))),
        ["the last shard missing"] = new("shard-missing pixels-0004.npy", 1, folder => File.Delete(Shard(folder, 4))),
        ["a shard cut inside a record"] = new("shard-cut-off pixels-0003.npy", 1, folder => Cut(Shard(folder, 3), 4096 + 5000)),
        ["a shard cut to its header"] = new("shard-cut-off pixels-0003.npy", 2, folder => Cut(Shard(folder, 3), 4096)),
        ["an empty shard"] = new("shard-header pixels-0000.npy", 2, folder => Cut(Shard(folder, 0), 0)),
        ["another slot in a line"] =
            new("manifest-line line 4", 1, Lines(lines => lines[3] = lines[3].Replace("\"record\":2", "\"record\":7"))),
        ["another name in a line"] =
            new("manifest-line line 4", 1, Lines(lines => lines[3] = lines[3].Replace("00000003", "00000033"))),
        ["another check in a line"] =
            new("manifest-line line 6", 1, Lines(lines => lines[5] = lines[5][..^3] + (lines[5][^3] == '0' ? "1\"}" : "0\"}"))),
        ["a line in two"] = new("manifest-line line 5", 1, Lines(lines => lines[4] = lines[4].Insert(40, "\n"))),
        ["half a line"] = new("manifest-line line 5", 1, Lines(lines => lines[4] = lines[4][..50])),
        ["two lines in one"] = new("manifest-line line 3", 0, Text(text => text.Replace("}\n{\"record\":2", "} {\"record\":2"))),
        ["a disk block of zeros in the manifest"] =
            new("manifest-line line 3", 4, Bytes(bytes => bytes.AsSpan(600, 512).Clear())),
        ["a line of another layout's store"] = new("manifest-line line 11", 0, Lines(lines => lines[9] += "\n" + Foreign())),
        ["text that is no line"] = new("manifest-line line 11", 0, Text(text => text + "remember to copy this\n")),
        ["a first line that is damaged"] =
            new("manifest-line line 1", 0, Text(text => text.Replace("\"size\":64", "\"size\":65"))),
        ["a first line that is missing"] = new("manifest-line line 1", 0, Text(text => "\n" + text[(text.IndexOf('\n') + 1)..])),
        ["a byte order mark"] = new("manifest-line line 1", 0, Text(text => "\ufeff" + text)),
        ["carriage returns"] = new("manifest-line line 2", 0, Text(text => text.Replace("\n", "\r\n"))),
        ["two images in one slot"] = new("shared-slot 00000001_000, 00000009_000", 1, Append(record => record with { Number = 0 })),
        ["a record in a shard that is not there"] = new("shard-missing pixels-0050.npy", 1, Append(record => record with { Number = 100 })),
        ["an older version"] = new("\"version\":1", 0, Text(_ => "{\"format\":\"chestxray-store\",\"version\":1}\n"))
        {
            IsRefused = true,
        },
        ["a store of another layout"] = new("\"size\":8", 0, Text(_ => Encoding.UTF8.GetString(Manifest.FirstLine(new(8)))))
        {
            IsRefused = true,
        },
        ["another program's file"] = new("not one whole line", 0, Text(_ => "name;age\nAnna;51\n")) { IsRefused = true },
        ["an empty manifest"] = new("not one whole line", 9, Text(_ => "")) { IsRefused = true },
        ["no manifest"] = new("can't be read", 9, folder => File.Delete(Path.Combine(folder, "manifest.jsonl")))
        {
            IsRefused = true,
        },
    };

    private static string Shard(string folder, int shard) => Path.Combine(folder, $"pixels-{shard:D4}.npy");

    private static Action<string> Pixels(int shard, Action<byte[]> plant) => folder =>
    {
        byte[] bytes = File.ReadAllBytes(Shard(folder, shard));
        plant(bytes);
        File.WriteAllBytes(Shard(folder, shard), bytes);
    };

    private static Action<string> Header(int shard, string was, string becomes) => Pixels(shard, bytes =>
    {
        string header = Encoding.Latin1.GetString(bytes, 0, 4096);
        Assert.Contains(was, header);
        Encoding.Latin1.GetBytes(header.Replace(was, becomes)).AsSpan(0, 4096).CopyTo(bytes);
    });

    private static Action<string> Bytes(Action<byte[]> plant) => folder =>
    {
        string path = Path.Combine(folder, "manifest.jsonl");
        byte[] bytes = File.ReadAllBytes(path);
        plant(bytes);
        File.WriteAllBytes(path, bytes);
    };

    private static Action<string> Text(Func<string, string> plant) => folder =>
    {
        string path = Path.Combine(folder, "manifest.jsonl"), before = File.ReadAllText(path), after = plant(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(path, after);
    };

    private static Action<string> Lines(Action<string[]> plant) => Text(text =>
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        plant(lines);
        return string.Join('\n', lines) + "\n";
    });

    private static Action<string> Append(Func<StoredRecord, StoredRecord> forge) => folder =>
    {
        string path = Path.Combine(folder, "manifest.jsonl");
        Manifest manifest = Manifest.Read(File.ReadAllBytes(path), path, _layout);
        File.AppendAllBytes(path, ManifestLine.Acknowledge(manifest.Seed, forge(manifest.Records["00000009_000"])));
    };

    private static string Foreign() =>
        Encoding.UTF8.GetString(ManifestLine.TakeBack(new Manifest(new(32)).Seed, "00000001_000")).TrimEnd('\n');

    private static void Cut(string path, long length)
    {
        using FileStream file = new(path, FileMode.Open);
        file.SetLength(length);
    }

    private static void Swap(Span<byte> one, Span<byte> other)
    {
        byte[] copy = one.ToArray();
        other.CopyTo(one);
        copy.CopyTo(other);
    }

    /// <param name="Named">What the report of the fault must contain.</param>
    /// <param name="Cost">The most records that may have to be decoded anew.</param>
    /// <param name="Plant">Does it to a store's folder.</param>
    private sealed record Fault(string Named, int Cost, Action<string> Plant)
    {
        /// <summary>Whether a preparation does not mend it but says what to do.</summary>
        public bool IsRefused { get; init; }
    }
}

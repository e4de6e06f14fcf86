using System.IO.Hashing;
using System.Runtime.Intrinsics.X86;
using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline;

/// <summary>Decoded images, addressed by record number in read-only mapped memory. Thread-safe.</summary>
/// <remarks>
/// The owner of the mapping: pointers and spans into it end with <see cref="Dispose"/>. Pixels lie in shards (`pixels-0000.npy`
/// ..., each N x H x W), the records' identities in `manifest.jsonl`. A record's bytes are held against their checksum the
/// first time they are asked for. Another process may write the store meanwhile: what is open here does not change.
/// </remarks>
public sealed unsafe class RecordStore : IDisposable
{
    internal const string ManifestFile = "manifest.jsonl";
    internal const string LockFile = "writer.lock";

    private const int CacheLine = 64;

    private readonly MappedShards _shards;
    private readonly Dictionary<string, StoredRecord> _byName;
    private readonly ulong[] _hashes;
    private readonly int[] _isRecord;
    private readonly int[] _verified;

    private RecordStore(string folder, StoreLayout layout, Manifest manifest, int capacity)
    {
        Folder = folder;
        Layout = layout;
        Capacity = capacity;
        Damage = manifest.Damage;
        Splits = manifest.Splits.Values;
        _byName = manifest.Records;
        _hashes = new ulong[capacity];
        _verified = new int[(capacity + 31) / 32];
        _isRecord = new int[_verified.Length];
        foreach (StoredRecord record in manifest.Records.Values)
        {
            _hashes[record.Number] = record.Hash;
            _isRecord[record.Number >> 5] |= 1 << (record.Number & 31);
        }

        _shards = new(folder, layout, capacity);
    }

    /// <summary>The folder that holds the store.</summary>
    public string Folder { get; }

    /// <summary>Size and type of a record.</summary>
    public StoreLayout Layout { get; }

    /// <summary>Slots in the shards; a slot without a record holds zeros or old pixels.</summary>
    public int Capacity { get; }

    /// <summary>How many records there are.</summary>
    public int Count => _byName.Count;

    /// <summary>All records, in no particular order.</summary>
    public IReadOnlyCollection<StoredRecord> Records => _byName.Values;

    /// <summary>
    /// Damaged lines of the manifest; what they said is missing here, and the next preparation decodes it anew.
    /// </summary>
    public IReadOnlyList<NamedProblem> Damage { get; }

    /// <summary>Splits that runs have used on this store, with their statistics.</summary>
    public IReadOnlyCollection<StoredSplit> Splits { get; }

    /// <summary>The shards that hold records: open each anywhere with `numpy.load(path, mmap_mode="r")`.</summary>
    public IReadOnlyList<string> ShardPaths =>
        [.. Enumerable.Range(0, (Capacity + Layout.ShardRecords - 1) / Layout.ShardRecords)
            .Select(shard => Path.Combine(Folder, StoreLayout.ShardName(shard)))];

    /// <summary>
    /// The first pixel of record 0; record n begins n * <see cref="StoreLayout.RecordBytes"/> further on, across shards.
    /// </summary>
    public byte* Pixels => _shards.Start;

    /// <summary>Opens a store for reading.</summary>
    /// <param name="folder">The folder of this layout's store (not the cache above it).</param>
    /// <param name="layout">What the store must hold.</param>
    /// <exception cref="DataSetException">There is none, or it is another layout's, or shards are damaged.</exception>
    public static RecordStore Open(string folder, StoreLayout layout)
    {
        layout.Validate();
        string path = Path.Combine(folder, ManifestFile);
        try
        {
            Manifest manifest = Manifest.Read(File.ReadAllBytes(path), path, layout);
            ShardSurvey survey = ShardSurvey.Of(SystemFiles.Instance, folder, layout, manifest.NextNumber);
            return survey.Problems.Count == 0
                ? new(folder, layout, manifest, survey.Capacity)
                : throw new DataSetException(
                    $"{survey.Problems[0].Detail} The next `prepare` decodes the records concerned anew.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The store {folder} can't be opened: {error.Message} `prepare` makes one.", error);
        }
    }

    /// <summary>The stores of a cache folder, or the one store that the folder itself is.</summary>
    /// <exception cref="DataSetException">There is none.</exception>
    public static IReadOnlyList<(string Folder, StoreLayout Layout)> Find(string cache)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(cache));
        string[] candidates = Directory.Exists(root)
            ? [root, .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)] : [];
        (string, StoreLayout)[] found =
        [
            .. from folder in candidates
               where File.Exists(Path.Combine(folder, ManifestFile))
               let layout = StoreLayout.Parse(Path.GetFileName(folder))
               where layout is not null
               select (folder, layout),
        ];
        return found.Length > 0
            ? found
            : throw new DataSetException(
            $"There is no store in {root}: looked for folders such as 224-u8 with a {ManifestFile}.");
    }

    /// <summary>The record of an image.</summary>
    /// <param name="name">The image's name without extension.</param>
    /// <param name="record">Its record.</param>
    public bool TryFind(string name, out StoredRecord record) => _byName.TryGetValue(name, out record);

    /// <summary>
    /// A record's bytes, row by row; valid until the store is disposed. Verified on first use. Allocates nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such slot.</exception>
    /// <exception cref="DataSetException">The slot has no record, or the bytes are not those that were stored.</exception>
    public ReadOnlySpan<byte> Read(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Capacity);
        ReadOnlySpan<byte> bytes = new(Pixels + (long)number * Layout.RecordBytes, Layout.RecordBytes);
        if ((Volatile.Read(ref _verified[number >> 5]) >> (number & 31) & 1) == 0)
        {
            if ((_isRecord[number >> 5] >> (number & 31) & 1) == 0 || XxHash3.HashToUInt64(bytes) != _hashes[number])
                throw Damaged(number);
            Interlocked.Or(ref _verified[number >> 5], 1 << (number & 31));
        }

        return bytes;
    }

    /// <summary>Whether a record's bytes are those that were stored; reads them anew.</summary>
    public bool IsIntact(in StoredRecord record) =>
        XxHash3.HashToUInt64(
            new ReadOnlySpan<byte>(Pixels + (long)record.Number * Layout.RecordBytes, Layout.RecordBytes)) == record.Hash;

    /// <summary>
    /// Asks the processor to fetch a record that is needed next; does nothing where it has no such instruction.
    /// </summary>
    public void Prefetch(int number)
    {
        if (!Sse.IsSupported || (uint)number >= (uint)Capacity)
            return;
        byte* start = Pixels + (long)number * Layout.RecordBytes;
        for (int offset = 0; offset < Layout.RecordBytes; offset += CacheLine)
            Sse.Prefetch1(start + offset);
    }

    /// <summary>Gives back the memory of records that are not needed again soon; they are read from disk when they are.</summary>
    /// <param name="first">The first record.</param>
    /// <param name="count">How many; those beyond <see cref="Capacity"/> are passed over.</param>
    public void Release(int first, int count) =>
        _shards.Release((long)first * Layout.RecordBytes, (long)Math.Min(count, Capacity - first) * Layout.RecordBytes);

    /// <summary>Unmaps the pixels.</summary>
    public void Dispose() => _shards.Dispose();

    private DataSetException Damaged(int number)
    {
        string? name = _byName.Values.FirstOrDefault(record => record.Number == number).Name;
        return name is null
            ? new($"Slot {number} of {Folder} has no record.")
            : new($"Record {number} ({name}) of {Folder} is damaged: its checksum differs. `verify --cache DIR --repair` takes it back, and the next `prepare` decodes it anew from its image.");
    }
}

using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline;

/// <summary>Decoded images, addressed by record number in a read-only memory map. Thread-safe.</summary>
/// <remarks>
/// The owner of the map: pointers and spans into it end with <see cref="Dispose"/>. The pixels are `pixels.npy` (N x H x W), the records'
/// identities `manifest.jsonl`. A record's bytes are held against their checksum the first time they are asked for.
/// </remarks>
public sealed unsafe class RecordStore : IDisposable
{
    internal const string PixelFile = "pixels.npy";
    internal const string ManifestFile = "manifest.jsonl";

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, StoredRecord> _byName;
    private readonly ulong[] _hashes;
    private readonly int[] _verified;
    private readonly byte* _pixels;
    private bool _disposed;

    private RecordStore(string folder, StoreLayout layout, Manifest manifest, int capacity)
    {
        Folder = folder;
        Layout = layout;
        Capacity = capacity;
        _byName = manifest.Records;
        _hashes = new ulong[capacity];
        _verified = new int[(capacity + 31) / 32];
        foreach (StoredRecord record in manifest.Records.Values)
            _hashes[record.Number] = record.Hash;
        _file = MemoryMappedFile.CreateFromFile(PixelPath, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _pixels = start + NpyHeader.Length;
    }

    /// <summary>The folder that holds the store.</summary>
    public string Folder { get; }

    /// <summary>The pixel file: open it anywhere with `numpy.load(path, mmap_mode="r")`.</summary>
    public string PixelPath => Path.Combine(Folder, PixelFile);

    /// <summary>Size and type of a record.</summary>
    public StoreLayout Layout { get; }

    /// <summary>Slots in the pixel file; slots of quarantined images hold zeros or old pixels.</summary>
    public int Capacity { get; }

    /// <summary>How many records there are.</summary>
    public int Count => _byName.Count;

    /// <summary>All records, in no particular order.</summary>
    public IReadOnlyCollection<StoredRecord> Records => _byName.Values;

    /// <summary>The first pixel of record 0; record n begins n * <see cref="StoreLayout.RecordBytes"/> further on.</summary>
    public byte* Pixels => _disposed ? throw new ObjectDisposedException(nameof(RecordStore)) : _pixels;

    /// <summary>Opens a store for reading.</summary>
    /// <param name="folder">The folder of this layout's store (not the cache above it).</param>
    /// <param name="layout">What the store must hold.</param>
    /// <exception cref="DataSetException">There is none, or it is damaged or another layout's.</exception>
    public static RecordStore Open(string folder, StoreLayout layout)
    {
        string pixels = Path.Combine(folder, PixelFile), manifestPath = Path.Combine(folder, ManifestFile);
        try
        {
            Manifest manifest = Manifest.Read(manifestPath, layout);
            byte[] header = new byte[NpyHeader.Length];
            using FileStream file = File.OpenRead(pixels);
            int read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            int records = read == header.Length && NpyHeader.ReadRecords(header, layout) is { } declared
                ? declared
                : throw new DataSetException($"{pixels} does not begin with the header of an array of {layout.Size} x {layout.Size} {layout.Pixels} records. Remove {folder}: the next run decodes the images anew.");
            long expected = NpyHeader.Length + (long)records * layout.RecordBytes;
            if (file.Length < expected || manifest.NextNumber > records)
            {
                throw new DataSetException(
                    $"{pixels} has {file.Length:N0} bytes and a header for {records:N0} records ({expected:N0} bytes); the manifest names " +
                    $"{manifest.NextNumber:N0}. It is cut off: remove {folder}, and the next run decodes the images anew.");
            }

            return new(folder, layout, manifest, records);
        }
        catch (IOException error)
        {
            throw new DataSetException($"The store {folder} can't be opened: {error.Message} `prepare` makes one.", error);
        }
    }

    /// <summary>The stores of a cache folder, or the one store that the folder itself is.</summary>
    /// <exception cref="DataSetException">There is none.</exception>
    public static IReadOnlyList<(string Folder, StoreLayout Layout)> Find(string cache)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(cache));
        string[] candidates = Directory.Exists(root) ? [root, .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)] : [];
        (string, StoreLayout)[] found =
        [
            .. from folder in candidates
               where File.Exists(Path.Combine(folder, ManifestFile))
               let layout = StoreLayout.Parse(Path.GetFileName(folder))
               where layout is not null
               select (folder, layout),
        ];
        return found.Length > 0 ? found : throw new DataSetException($"There is no store in {root}: looked for folders such as 224-u8 with a {ManifestFile}.");
    }

    /// <summary>The record of an image.</summary>
    /// <param name="name">The image's name without extension.</param>
    /// <param name="record">Its record.</param>
    public bool TryFind(string name, out StoredRecord record) => _byName.TryGetValue(name, out record);

    /// <summary>A record's bytes, row by row; valid until the store is disposed. Verified on first use. Allocates nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such slot.</exception>
    /// <exception cref="DataSetException">The bytes are not those that were stored.</exception>
    public ReadOnlySpan<byte> Read(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Capacity);
        ReadOnlySpan<byte> bytes = new(Pixels + (long)number * Layout.RecordBytes, Layout.RecordBytes);
        if ((Volatile.Read(ref _verified[number >> 5]) >> (number & 31) & 1) == 0)
        {
            if (XxHash3.HashToUInt64(bytes) != _hashes[number])
                throw Damaged(number);
            Interlocked.Or(ref _verified[number >> 5], 1 << (number & 31));
        }

        return bytes;
    }

    /// <summary>Whether a record's bytes are those that were stored; reads them anew.</summary>
    public bool IsIntact(in StoredRecord record) =>
        XxHash3.HashToUInt64(new ReadOnlySpan<byte>(Pixels + (long)record.Number * Layout.RecordBytes, Layout.RecordBytes)) == record.Hash;

    /// <summary>Unmaps the pixels.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private DataSetException Damaged(int number)
    {
        string name = _byName.Values.FirstOrDefault(record => record.Number == number).Name ?? "no image";
        return new($"Record {number} ({name}) of {PixelPath} is damaged: its checksum differs. `verify --cache DIR --repair` decodes it anew from its image.");
    }
}

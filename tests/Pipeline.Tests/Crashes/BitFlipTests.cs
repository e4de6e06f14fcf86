using System.Globalization;
using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Tests.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>Flips bits of a store's files, one at a time. CHESTXRAY_BIT_FLIPS sets how many of a large store's.</summary>
public sealed class BitFlipTests(ITestOutputHelper output)
{
    private static readonly StoreLayout _layout = new(16);

    [Fact]
    public void Every_flipped_bit_of_a_store_of_ten_records_is_found_or_harmless()
    {
        using SmallSet set = new(10);
        using MemoryFolder memory = new();
        string folder = StoreBuilder.Prepare(set.Index, memory.Path, _layout, new() { Threads = 1 }).Folder;
        int found = 0, harmless = 0;
        foreach (string path in Directory.GetFiles(folder))
        {
            long bits = 8 * new FileInfo(path).Length;
            for (long bit = 0; bit < bits; bit++)
            {
                Flip(path, bit / 8, (byte)(1 << (int)(bit % 8)), out byte before);
                Count(IsFound(folder, _layout), ref found, ref harmless);
                Restore(path, bit / 8, before);
            }
        }

        output.WriteLine($"{found + harmless:N0} bits: {found:N0} found, {harmless:N0} harmless");
        Assert.Equal(0, harmless);
    }

    [Fact]
    public void Flipped_bits_of_a_large_store_are_found_or_harmless()
    {
        int flips = int.Parse(Environment.GetEnvironmentVariable("CHESTXRAY_BIT_FLIPS") ?? "200", CultureInfo.InvariantCulture);
        using SmallSet set = new(25);
        using MemoryFolder memory = new();
        StoreLayout layout = new(224) { ShardBytes = 1 << 19 };
        if (Environment.GetEnvironmentVariable("CHESTXRAY_BIT_FLIP_CACHE") is { } cache)
            layout = Assert.Single(RecordStore.Find(cache)).Layout;
        else
            StoreBuilder.Prepare(set.Index, cache = memory.Path, layout, new() { Threads = 1 });
        string folder = Path.Combine(cache, layout.FolderName);
        string[] paths = Directory.GetFiles(folder);
        long[] lengths = [.. paths.Select(path => new FileInfo(path).Length)];
        Random random = new(1);
        int found = 0, harmless = 0;
        using LargeStore store = new(folder, layout);
        for (int flip = 0; flip < flips; flip++)
        {
            long at = random.NextInt64(lengths.Sum());
            int file = 0;
            for (; at >= lengths[file]; file++)
                at -= lengths[file];
            Flip(paths[file], at, (byte)(1 << random.Next(8)), out byte before);
            Count(store.IsFound(paths[file], at), ref found, ref harmless);
            Restore(paths[file], at, before);
        }

        output.WriteLine($"{flips:N0} random bits of {lengths.Sum():N0} bytes: {found:N0} found, {harmless:N0} harmless");
        Assert.Equal(0, harmless);
    }

    private static void Flip(string path, long at, byte mask, out byte before)
    {
        using FileStream file = new(path, FileMode.Open);
        file.Position = at;
        before = (byte)file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(before ^ mask));
    }

    private static void Restore(string path, long at, byte value)
    {
        using FileStream file = new(path, FileMode.Open);
        file.Position = at;
        file.WriteByte(value);
    }

    /// <summary>Whether opening or reading tells of damage; where it does not, everything served must be as it was.</summary>
    private static bool IsFound(string folder, StoreLayout layout)
    {
        try
        {
            using RecordStore store = RecordStore.Open(folder, layout);
            foreach (StoredRecord record in store.Records)
                _ = store.Read(record.Number);
            if (store.Damage.Count > 0)
                return true;
            Require(store);
            return false;
        }
        catch (DataSetException)
        {
            return true;
        }
    }

    private static void Require(RecordStore store)
    {
        Assert.Equal(10, store.Count);
        foreach (StoredRecord record in store.Records)
            Assert.Equal((byte)(10 * (record.Number + 1)), store.Read(record.Number)[0]);
    }

    private static void Count(bool isFound, ref int found, ref int harmless) => _ = isFound ? found++ : harmless++;

    /// <summary>
    /// A store too large to be read as a whole for every bit: of a flipped pixel only its own record is read, for the first time since
    /// the store was opened.
    /// </summary>
    private sealed class LargeStore(string folder, StoreLayout layout) : IDisposable
    {
        private readonly HashSet<int> _touched = [];
        private RecordStore? _store;

        public bool IsFound(string path, long at)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (at < NpyHeader.Length || !name.StartsWith("pixels-", StringComparison.Ordinal))
                return IsFoundAtOpening();
            int record = (int.Parse(name.AsSpan("pixels-".Length), CultureInfo.InvariantCulture) * layout.ShardRecords)
                + (int)((at - NpyHeader.Length) / layout.RecordBytes);
            if (_store is null || !_touched.Add(record))
            {
                _store?.Dispose();
                _store = RecordStore.Open(folder, layout);
                _touched.Clear();
                _touched.Add(record);
            }

            return Assert.Throws<DataSetException>(() => _ = _store.Read(record)).Message.Length > 0;
        }

        public void Dispose() => _store?.Dispose();

        private bool IsFoundAtOpening()
        {
            try
            {
                using RecordStore store = RecordStore.Open(folder, layout);
                return store.Damage.Count > 0;
            }
            catch (DataSetException)
            {
                return true;
            }
        }
    }
}

namespace ChestXray.Pipeline.Caching;

/// <summary>
/// The shards of a store, open for writing. Slots may be written from many threads, also while another one makes room.
/// </summary>
internal sealed class ShardFiles(IStoreFiles files, string folder, StoreLayout layout) : IDisposable
{
    private readonly Lock _gate = new();
    private IStoreFile[] _shards = [];
    private bool[] _isDirty = [];

    /// <summary>Gives the first slots a place on disk and declares them, durably. Existing pixels stay.</summary>
    /// <exception cref="DataSetException">The disk has not that much room.</exception>
    public void MakeRoom(int slots)
    {
        RequireSpace(slots);
        int count = (int)(((long)slots + layout.ShardRecords - 1) / layout.ShardRecords), known = _shards.Length;
        if (count > known)
        {
            lock (_gate)
            {
                Array.Resize(ref _shards, count);
                Array.Resize(ref _isDirty, count);
            }
        }

        bool isNew = false;
        for (int shard = 0; shard < _shards.Length; shard++)
        {
            string path = PathOf(shard);
            isNew |= files.LengthOf(path) is null;
            _shards[shard] ??= files.Open(path);
            Declare(_shards[shard], (int)Math.Min(layout.ShardRecords, Math.Max(0, slots - (long)shard * layout.ShardRecords)));
        }

        if (isNew)
            files.FlushFolder(folder);
    }

    public void Write(int slot, ReadOnlySpan<byte> record)
    {
        int shard = slot / layout.ShardRecords;
        IStoreFile file;
        lock (_gate)
            file = _shards[shard];
        file.Write(record, NpyHeader.Length + (long)(slot % layout.ShardRecords) * layout.RecordBytes);
        lock (_gate)
            _isDirty[shard] = true;
    }

    /// <summary>Makes every slot durable whose <see cref="Write"/> had returned.</summary>
    public void Flush()
    {
        for (int shard = 0; shard < _shards.Length; shard++)
        {
            bool isDirty;
            lock (_gate)
                (isDirty, _isDirty[shard]) = (_isDirty[shard], false);
            if (isDirty)
                _shards[shard].Flush();
        }
    }

    public void Dispose()
    {
        foreach (IStoreFile? shard in _shards)
            shard?.Dispose();
    }

    private void Declare(IStoreFile shard, int records)
    {
        long length = shard.Length;
        int present = (int)Math.Clamp((length - NpyHeader.Length) / layout.RecordBytes, 0, layout.ShardRecords),
            wanted = Math.Max(records, present);
        long whole = NpyHeader.Length + (long)wanted * layout.RecordBytes;
        byte[] header = NpyHeader.Make(layout, wanted), found = new byte[NpyHeader.Length];
        if (length == whole && shard.Read(found, 0) == found.Length && found.AsSpan().SequenceEqual(header))
            return;
        if (length != whole)
        {
            // The header must never declare what a power cut can leave missing.
            shard.SetLength(whole);
            shard.Flush();
        }

        shard.Write(header, 0);
        shard.Flush();
    }

    private void RequireSpace(int slots)
    {
        long needed = 0, most = (long)layout.ShardRecords * layout.RecordBytes + NpyHeader.Length;
        for (int shard = 0; (long)shard * layout.ShardRecords < slots; shard++)
        {
            long records = Math.Min(layout.ShardRecords, slots - (long)shard * layout.ShardRecords);
            needed += Math.Max(0, NpyHeader.Length +
                records * layout.RecordBytes - Math.Min(most, files.LengthOf(PathOf(shard)) ?? 0));
        }

        if (needed > 0 && files.FreeBytes(folder) is var free && free < needed)
        {
            throw new DataSetException(
                $"{folder} has {free:N0} bytes free and {slots:N0} records need {needed:N0} more. Free some space, or name another folder with --cache.");
        }
    }

    private string PathOf(int shard) => Path.Combine(folder, StoreLayout.ShardName(shard));
}

namespace ChestXray.Pipeline.Caching;

/// <summary>What the shards of a store hold, and what is wrong with them. Reads headers and lengths alone.</summary>
internal sealed class ShardSurvey
{
    private readonly List<int> _stored = [];
    private readonly int _shardRecords;

    private ShardSurvey(int shardRecords) => _shardRecords = shardRecords;

    /// <summary>Records that can be addressed: those of the whole shards from the first on.</summary>
    public int Capacity { get; private set; }

    /// <summary>Why records that the manifest names can't be addressed.</summary>
    public List<NamedProblem> Problems { get; } = [];

    /// <param name="files">The file layer.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="records">One more than the highest record number in use.</param>
    public static ShardSurvey Of(IStoreFiles files, string folder, StoreLayout layout, int records)
    {
        ShardSurvey survey = new(layout.ShardRecords);
        bool isOpen = true;
        for (int shard = 0; ; shard++)
        {
            string path = Path.Combine(folder, StoreLayout.ShardName(shard));
            long? length = files.LengthOf(path);
            int needed = (int)Math.Clamp(records - (long)shard * layout.ShardRecords, 0, layout.ShardRecords);
            if (length is null && needed == 0)
                return survey;
            int present = (int)Math.Clamp(((length ?? 0) - NpyHeader.Length) / layout.RecordBytes, 0, layout.ShardRecords);
            int declared = length is null ? 0 : NpyHeader.ReadRecords(files.ReadStart(path, NpyHeader.Length), layout) ?? -1;
            survey._stored.Add(present);
            if (needed > 0)
                survey.Judge(path, layout, length, needed, present, declared);
            if (isOpen && declared <= present)
                survey.Capacity += Math.Max(0, declared);
            isOpen &= declared == layout.ShardRecords && present >= declared;
        }
    }

    /// <summary>One more than the highest slot that any file has room for.</summary>
    public int Slots => _stored.Count == 0 ? 0 : (_stored.Count - 1) * _shardRecords + _stored[^1];

    /// <summary>Whether a slot's bytes are in a file at all.</summary>
    public bool Holds(int slot) => slot / _shardRecords < _stored.Count && slot % _shardRecords < _stored[slot / _shardRecords];

    private void Judge(string path, StoreLayout layout, long? length, int needed, int present, int declared)
    {
        string name = Path.GetFileName(path);
        if (length is null)
        {
            Problems.Add(new("shard-missing", name, $"{path} is missing: the manifest names {needed:N0} records in it."));
        }
        else if (declared < 0)
        {
            Problems.Add(new("shard-header", name,
                $"{path} does not begin with the header of an array of {layout.Size} x {layout.Size} {layout.Pixels} records."));
        }
        else if (present < Math.Max(declared, needed))
        {
            Problems.Add(new("shard-cut-off", name,
                $"{path} has {length:N0} bytes, room for {present:N0} records: its header declares {declared:N0} and the manifest names {needed:N0}. It is cut off."));
        }
        else if (declared < needed)
        {
            Problems.Add(new("shard-header", name, $"{path} declares {declared:N0} records: the manifest names {needed:N0}."));
        }
    }
}

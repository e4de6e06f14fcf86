namespace ChestXray.Pipeline.Caching;

/// <summary>An open file of a store. Writes may come from many threads at once.</summary>
internal interface IStoreFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads what there is; returns how much.</summary>
    int Read(Span<byte> bytes, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts, or grows with zeros that take no room on disk.</summary>
    void SetLength(long length);

    /// <summary>Makes content and length durable.</summary>
    void Flush();
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline.Caching;

/// <summary>
/// The shards of a store, mapped for reading one behind the other in one range of addresses. Linux. Thread-safe.
/// </summary>
/// <remarks>
/// The range is reserved first and the files are laid over it: headers are whole pages and left out, and all shards but the
/// last hold whole pages, so that no gap is left between their records.
/// </remarks>
internal sealed unsafe partial class MappedShards : IDisposable
{
    private const int NoAccess = 0, Read = 1, Shared = 1, Private = 2, Fixed = 0x10, Anonymous = 0x20, NoReserve = 0x4000,
        DontNeed = 4;
    private static readonly long _page = Environment.SystemPageSize;
    private readonly byte* _start;
    private readonly long _reserved;
    private int _isDisposed;

    /// <exception cref="IOException">A shard can't be opened or mapped.</exception>
    public MappedShards(string folder, StoreLayout layout, int capacity)
    {
        _reserved = Math.Max(_page, ((long)capacity * layout.RecordBytes + _page - 1) / _page * _page);
        _start = Check(Map(null, (nuint)_reserved, NoAccess, Private | Anonymous | NoReserve, -1, 0), folder);
        try
        {
            for (int shard = 0; (long)shard * layout.ShardRecords < capacity; shard++)
            {
                long first = (long)shard * layout.ShardRecords, records = Math.Min(layout.ShardRecords, capacity - first);
                string path = Path.Combine(folder, StoreLayout.ShardName(shard));
                using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                Check(
                    Map(_start + first * layout.RecordBytes, (nuint)(records * layout.RecordBytes), Read, Shared | Fixed,
                        (int)file.DangerousGetHandle(), NpyHeader.Length),
                    path);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The first pixel of record 0.</summary>
    public byte* Start => _isDisposed == 0 ? _start : throw new ObjectDisposedException(nameof(RecordStore));

    /// <summary>Gives back the memory of a range; its pages are read from the file when they are touched again.</summary>
    public void Release(long offset, long length) => Advise(offset, length, DontNeed);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _ = Unmap(_start, (nuint)_reserved);
    }

    /// <summary>Advice on the whole pages inside a range; that it is not taken changes nothing but speed.</summary>
    private void Advise(long offset, long length, int advice)
    {
        long first = (offset + _page - 1) / _page * _page, end = (offset + length) / _page * _page;
        if (end > first)
            _ = AdviseRange(Start + first, (nuint)(end - first), advice);
    }

    private static byte* Check(void* address, string what) => (nint)address != -1
        ? (byte*)address
        : throw new IOException($"{what} can't be mapped (error {Marshal.GetLastPInvokeError()}).");

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseRange(void* address, nuint length, int advice);
}

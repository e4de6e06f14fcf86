using System.Runtime.InteropServices;

namespace ChestXray.Model.Networks;

/// <summary>Files that are there whole or not at all: written beside, synced, renamed, and the folder synced, too.</summary>
public static partial class AtomicFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes a file; what was there before stays until the new one is safely on the disk.</summary>
    /// <param name="path">Its folder must exist.</param>
    /// <param name="write">Gives the content. When it throws, nothing changes.</param>
    /// <exception cref="IOException">The disk is full, or the folder refuses.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string beside = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = new(beside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, full, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(full)!);
    }

    /// <summary>Makes renames in a folder outlive a power cut; does nothing where the system has no such call.</summary>
    private static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} can't be opened to sync it (error {Marshal.GetLastPInvokeError()}).");
        int failed = Sync(descriptor), error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed != 0)
            throw new IOException($"The folder {folder} can't be synced to the disk (error {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

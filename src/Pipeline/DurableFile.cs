using System.Runtime.InteropServices;

namespace ChestXray.Pipeline;

/// <summary>
/// Files that survive a power cut whole or not at all: data, then name, then the folder that holds the name. Linux.
/// </summary>
public static partial class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes a whole file beside the old one, makes it durable and renames it over.</summary>
    /// <param name="path">Its folder must exist.</param>
    /// <param name="write">Gives the content. When it throws, nothing changes.</param>
    /// <exception cref="IOException">The disk is full, or the folder refuses.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path), beside = $"{full}.{Environment.ProcessId}.tmp";
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

        FlushFolder(Path.GetDirectoryName(full)!);
    }

    /// <summary>Makes the names in a folder durable. The runtime opens no folders, so this asks the C library.</summary>
    /// <exception cref="IOException">The folder can't be opened or flushed.</exception>
    public static void FlushFolder(string folder)
    {
        int handle = Open(folder, ReadOnly);
        if (handle < 0)
            throw new IOException($"{folder} can't be opened to make its names durable (error {Marshal.GetLastPInvokeError()}).");
        int result = Flush(handle);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
            throw new IOException($"The names in {folder} can't be made durable (error {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}

using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Caching;

/// <summary>Writes that survive a power cut: data, then name, then the folder that holds the name.</summary>
internal static partial class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes a whole file under a temporary name, makes it durable and renames it over the old one.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = path + ".tmp";
        using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes the names in a folder durable. The runtime opens no folders, so this asks the C library.</summary>
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

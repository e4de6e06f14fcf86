using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChestXray.Model.Benchmarks;

/// <summary>How fast a disk reads what the system does not have in memory.</summary>
internal static partial class DiskRate
{
    // Reading from memory is this much faster than from a disk, or the system did not let go.
    private const double ClearlyFaster = 1.5;
    private const int PartBytes = 1 << 20;
    private const int FileBytes = 128 << 20;
    private const int DontNeed = 4;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);

    /// <summary>Writes a temporary file, has the system forget it, and reads it again from its beginning to its end.</summary>
    /// <param name="folder">A folder on the disk.</param>
    /// <returns>
    /// Bytes a second, and from memory; null where the folder can't be written, or the system keeps what it should forget.
    /// </returns>
    public static (double Cold, double Warm)? OfFolder(string folder)
    {
        string path = Path.Combine(folder, $".chestxray-{Guid.NewGuid():N}.tmp");
        try
        {
            using SafeFileHandle handle =
                File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.DeleteOnClose);
            byte[] part = new byte[PartBytes];
            new Random(1).NextBytes(part);
            long length = 0, start = Stopwatch.GetTimestamp();
            for (; length < FileBytes && Stopwatch.GetElapsedTime(start) < _longest; length += PartBytes)
                RandomAccess.Write(handle, part, length);
            RandomAccess.FlushToDisk(handle);
            return Measure(handle, length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Has the system forget files and reads them again.</summary>
    /// <param name="paths">Files, read in this order until there is enough.</param>
    /// <returns>As <see cref="OfFolder"/>.</returns>
    public static (double Cold, double Warm)? OfFiles(IEnumerable<string> paths)
    {
        double bytes = 0, cold = 0, warm = 0;
        try
        {
            foreach (string path in paths)
            {
                using SafeFileHandle handle = File.OpenHandle(path);
                long length = Math.Min(FileBytes, RandomAccess.GetLength(handle));
                Forget(handle);
                cold += Read(handle, length);
                warm += Read(handle, length);
                bytes += length;
                if (bytes >= FileBytes || cold > _longest.TotalSeconds)
                    break;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return bytes > 0 ? Judge(bytes / cold, bytes / warm) : null;
    }

    private static (double Cold, double Warm)? Measure(SafeFileHandle handle, long length)
    {
        Forget(handle);
        double cold = Read(handle, length), warm = Read(handle, length);
        return Judge(length / cold, length / warm);
    }

    private static (double Cold, double Warm)? Judge(double cold, double warm) =>
        warm > ClearlyFaster * cold ? (cold, warm) : null;

    private static void Forget(SafeFileHandle handle) => posix_fadvise(handle, 0, 0, DontNeed);

    private static double Read(SafeFileHandle handle, long length)
    {
        byte[] part = new byte[PartBytes];
        long start = Stopwatch.GetTimestamp(), position = 0;
        while (position < length && RandomAccess.Read(handle, part, position) is > 0 and var read)
            position += read;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle handle, long offset, long length, int advice);
}

using System.IO.Compression;

namespace ChestXray.Pipeline.Sources;

/// <summary>A tar file, plain or packed with gzip, read once from beginning to end without unpacking it to disk.</summary>
internal sealed class TarArchive : IDisposable
{
    private const int MostSampleBytes = 64 << 20;

    private readonly FileStream _file;
    private readonly Stream _stream;

    private TarArchive(string path, FileStream file, Stream stream)
    {
        Path = path;
        _file = file;
        _stream = stream;
        Walker = new(stream);
    }

    public string Path { get; }

    public TarWalker Walker { get; }

    /// <summary>Packed bytes taken from the disk so far.</summary>
    public long PackedBytes => _file.Position;

    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static TarArchive Open(string path)
    {
        FileStream file = new(path, new FileStreamOptions { BufferSize = 1 << 18, Options = FileOptions.SequentialScan });
        Span<byte> magic = stackalloc byte[2];
        bool packed = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
        file.Position = 0;
        return new(path, file, packed ? new GZipStream(file, CompressionMode.Decompress) : file);
    }

    /// <summary>The first images of a tar file, as many as can be read.</summary>
    public static List<byte[]> ReadFirst(string path, int images)
    {
        List<byte[]> files = [];
        try
        {
            using TarArchive archive = Open(path);
            while (files.Count < images && archive.Walker.Next())
            {
                if (!SourceFile.IsImage(archive.Walker.Name) || archive.Walker.Bytes is 0 or > MostSampleBytes)
                    continue;
                byte[] file = new byte[archive.Walker.Bytes];
                archive.Walker.Read(file);
                files.Add(file);
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // A preparation says what is wrong.
        }

        return files;
    }

    /// <summary>Reads what follows the last entry, so that the gzip checksum is looked at.</summary>
    /// <exception cref="InvalidDataException">It is wrong.</exception>
    public void Finish()
    {
        Span<byte> rest = stackalloc byte[4096];
        while (_stream.Read(rest) > 0)
        {
        }
    }

    /// <summary>A sentence on why the archive could not be read to its end.</summary>
    public string Explain(Exception error)
    {
        string last = Walker.Files == 0
            ? "no file in it is whole" : $"the last whole file is {Walker.LastWhole} ({Walker.Files:N0} files)";
        return $"{Path} can't be read to its end ({error.Message.TrimEnd('.')}, after {_file.Position:N0} of {_file.Length:N0} bytes): {last}. Fetch it again.";
    }

    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }
}

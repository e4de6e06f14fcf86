using System.IO.Compression;
using System.Text;

namespace ChestXray.Model.Evaluation;

/// <summary>Reads CSV files, plain or packed with gzip, line by line; fields may stand in double quotes.</summary>
internal static class CsvText
{
    /// <summary>Opens a file; the first two bytes say whether it is packed.</summary>
    /// <exception cref="InvalidDataException">The file can't be opened, or is packed and cut off or damaged.</exception>
    public static StreamReader Open(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            bool packed = bytes is [0x1f, 0x8b, ..];
            return new(packed ? Unpack(bytes) : new MemoryStream(bytes), Encoding.UTF8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InvalidDataException($"{path} can't be read: {error.Message}", error);
        }
    }

    /// <summary>The lines that are not empty, with their numbers from 1.</summary>
    public static IEnumerable<(int Line, string[] Fields)> Rows(StreamReader reader)
    {
        for (int number = 1; reader.ReadLine() is string line; number++)
        {
            if (line.Length > 0)
                yield return (number, Split(line));
        }
    }

    /// <summary>
    /// gzip ends with the unpacked length modulo 2^32; the runtime's reader accepts a file that ends before it.
    /// </summary>
    private static MemoryStream Unpack(byte[] bytes)
    {
        MemoryStream unpacked = new();
        using (GZipStream gzip = new(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        uint length = BitConverter.ToUInt32(bytes, Math.Max(0, bytes.Length - 4));
        if (length != (uint)unpacked.Length)
        {
            throw new InvalidDataException(
                $"the gzip file is cut off: {unpacked.Length:N0} bytes came out where its end should say {length:N0}. Fetch it again.");
        }

        unpacked.Position = 0;
        return unpacked;
    }

    private static string[] Split(string line)
    {
        if (!line.Contains('"'))
            return line.Split(',');

        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            bool doubled = quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"';
            if (doubled)
            {
                field.Append('"');
                i++;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}

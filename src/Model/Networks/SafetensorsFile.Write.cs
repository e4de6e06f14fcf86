using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using ChestXray.Pipeline;

namespace ChestXray.Model.Networks;

public sealed partial class SafetensorsFile
{
    /// <summary>
    /// Writes a file that is there whole or not at all, also after a power cut (see <see cref="DurableFile"/>).
    /// </summary>
    /// <param name="path">Where; an existing file is replaced in one step.</param>
    /// <param name="entries">Written in this order; names are unique.</param>
    /// <param name="metadata">Free texts, written in this order.</param>
    /// <exception cref="ArgumentException">A name given twice, or data of another length than type and shape say.</exception>
    /// <exception cref="IOException">The file can't be written; what was there before is still there.</exception>
    public static void Write(
        string path, IReadOnlyCollection<SafetensorsEntry> entries, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArrayBufferWriter<byte> header = MakeHeader(entries, metadata ?? []);
        DurableFile.Replace(path, stream =>
        {
            // Padded with spaces, so that the values begin at a multiple of 8.
            int padding = -header.WrittenCount & 7;
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.WrittenCount + padding);
            stream.Write(length);
            stream.Write(header.WrittenSpan);
            stream.Write("       "u8[..padding]);
            foreach (SafetensorsEntry entry in entries)
                stream.Write(entry.Data.Span);
        });
    }

    private static ArrayBufferWriter<byte> MakeHeader(
        IReadOnlyCollection<SafetensorsEntry> entries, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ArrayBufferWriter<byte> header = new();
        using Utf8JsonWriter json = new(header);
        json.WriteStartObject();
        json.WriteStartObject("__metadata__");
        foreach ((string key, string text) in metadata)
            json.WriteString(key, text);
        json.WriteEndObject();
        long position = 0;
        HashSet<string> names = [];
        foreach (SafetensorsEntry entry in entries)
        {
            long bytes = SafetensorsEntry.BytesOf(entry.Name, entry.Type, entry.Shape);
            if (!names.Add(entry.Name) || bytes != entry.Data.Length)
                throw new ArgumentException($"Tensor '{entry.Name}' is given twice, or has {entry.Data.Length} bytes instead of {bytes}.", nameof(entries));
            json.WriteStartObject(entry.Name);
            json.WriteString("dtype", entry.Type);
            WriteNumbers(json, "shape", entry.Shape);
            WriteNumbers(json, "data_offsets", [position, position + bytes]);
            json.WriteEndObject();
            position += bytes;
        }

        json.WriteEndObject();
        json.Flush();
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}

using System.Buffers.Binary;
using System.Text.Json;

namespace ChestXray.Model.Networks;

/// <summary>A safetensors file in memory: an 8-byte little-endian length, a JSON header, raw values. Immutable.</summary>
/// <remarks>
/// Format: https://github.com/huggingface/safetensors#format. Reading is strict and trusts nothing in the header.
/// </remarks>
public sealed partial class SafetensorsFile
{
    private const int LongestHeader = 100_000_000;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(string path, Dictionary<string, SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        Path = path;
        _entries = entries;
        Metadata = metadata;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>The names of its tensors.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The free texts of `__metadata__`; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public SafetensorsEntry this[string name] => _entries.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new InvalidDataException(
            $"{Path} has no tensor '{name}'; it has {string.Join(", ", _entries.Keys.Order().Take(20))}.");

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">
    /// A file that is cut off, a header that is too long or no JSON object, a name given twice, an unknown type, or tensors
    /// that overlap, leave a gap, reach past the end, or are not as long as their shape says. The message names the file and
    /// the tensor.
    /// </exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            return Parse(path, bytes);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path} is no usable safetensors file: {error.Message}", error);
        }
    }

    /// <summary>Says what differs from the tensors that are expected; loads nothing half.</summary>
    /// <param name="expected">Names, types and shapes.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, is of another type or shape, or nobody expects it.</exception>
    public void Require(IReadOnlyCollection<(string Name, string Type, long[] Shape)> expected)
    {
        List<string> faults = [];
        foreach ((string name, string type, long[] shape) in expected)
        {
            if (!_entries.TryGetValue(name, out SafetensorsEntry? entry))
                faults.Add($"'{name}' is missing");
            else if (entry.Type != type || !entry.Shape.AsSpan().SequenceEqual(shape))
                faults.Add($"'{name}' is {Describe(entry.Type, entry.Shape)} instead of {Describe(type, shape)}");
        }

        HashSet<string> known = [.. expected.Select(tensor => tensor.Name)];
        faults.AddRange(_entries.Keys.Where(name => !known.Contains(name)).Order().Select(name => $"'{name}' is not expected"));
        if (faults.Count > 0)
        {
            string more = faults.Count > 10 ? $" and {faults.Count - 10} more" : "";
            throw new InvalidDataException(
                $"{Path} holds other tensors than are needed: {string.Join("; ", faults.Take(10))}{more}.");
        }
    }

    /// <summary>Refuses values that no trained network has.</summary>
    /// <exception cref="InvalidDataException">
    /// A value is NaN or infinite, or a running variance is negative; the message names the tensor.
    /// </exception>
    public void RequireFinite()
    {
        foreach (SafetensorsEntry entry in _entries.Values)
        {
            bool isVariance = entry.Name.EndsWith(".running_var", StringComparison.Ordinal);
            if (entry.Find(value => !double.IsFinite(value) || (isVariance && value < 0)) is (long at, double found))
            {
                string allowed = isVariance ? "a variance is finite and not negative" : "every value must be finite";
                throw new InvalidDataException(
                    $"{Path} holds {found} in tensor '{entry.Name}' (value {at}); {allowed}. Nothing was loaded.");
            }
        }
    }

    /// <summary>Other tensors as if this file held them.</summary>
    internal SafetensorsFile With(IEnumerable<SafetensorsEntry> entries) =>
        new(Path, entries.ToDictionary(entry => entry.Name), new(Metadata));

    private static SafetensorsFile Parse(string path, byte[] bytes)
    {
        if (bytes.Length < 8)
            throw new InvalidDataException($"it has {bytes.Length} bytes; the length of its header alone takes 8.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > (ulong)Math.Min(LongestHeader, bytes.Length - 8))
            throw new InvalidDataException($"its header is said to be {length} bytes long; the file has {bytes.Length}.");

        ReadOnlyMemory<byte> data = bytes.AsMemory(8 + (int)length);
        Dictionary<string, SafetensorsEntry> entries = [];
        Dictionary<string, string> metadata = [];
        JsonDocumentOptions options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, (int)length), options);
        if (header.RootElement.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"its header is a JSON {header.RootElement.ValueKind}, not an object.");
        List<(long Begin, long End, string Name)> ranges = [];
        foreach (JsonProperty property in header.RootElement.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
                ReadMetadata(property.Value, metadata);
            else
                entries.Add(property.Name, ReadEntry(property, data, ranges));
        }

        RequireNoGap(ranges, data.Length);
        return new SafetensorsFile(path, entries, metadata);
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException("its __metadata__ is not an object.");
        foreach (JsonProperty text in element.EnumerateObject())
        {
            if (text.Value.ValueKind != JsonValueKind.String)
                throw new InvalidDataException($"its metadata '{text.Name}' is not a text.");
            metadata.Add(text.Name, text.Value.GetString()!);
        }
    }

    private static SafetensorsEntry ReadEntry(JsonProperty property, ReadOnlyMemory<byte> data, List<(long, long, string)> ranges)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object || property.Value.GetPropertyCount() != 3
            || !property.Value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !property.Value.TryGetProperty("shape", out JsonElement shape)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement offsets))
        {
            throw new InvalidDataException($"tensor '{name}' must have dtype, shape and data_offsets, and nothing else.");
        }

        long[] sizes = ReadNumbers(name, shape), range = ReadNumbers(name, offsets);
        if (range is not [long begin, long end] || begin < 0 || end < begin || end > data.Length)
            throw new InvalidDataException(
                $"tensor '{name}' lies at {offsets.GetRawText()}; the file has {data.Length} bytes of values.");
        string type = dtype.GetString()!;
        long bytes = SafetensorsEntry.BytesOf(name, type, sizes);
        if (bytes != end - begin)
            throw new InvalidDataException(
                $"tensor '{name}' is {Describe(type, sizes)}, which takes {bytes} bytes; it has {end - begin}.");
        ranges.Add((begin, end, name));
        return new SafetensorsEntry(name, type, sizes, data[(int)begin..(int)end]);
    }

    private static long[] ReadNumbers(string name, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > 16)
            throw new InvalidDataException($"tensor '{name}' has a shape or an offset that is no list of at most 16 numbers.");
        long[] numbers = new long[list.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt64(out numbers[i]))
                throw new InvalidDataException(
                    $"tensor '{name}' has {list[i].GetRawText()} in its shape or offsets, which is no whole number.");
        }

        return numbers;
    }

    private static void RequireNoGap(List<(long Begin, long End, string Name)> ranges, long length)
    {
        ranges.Sort();
        long position = 0;
        foreach ((long begin, long end, string name) in ranges)
        {
            if (begin != position)
                throw new InvalidDataException(
                    $"tensor '{name}' begins at {begin} where {position} is due: tensors overlap or leave a gap.");
            position = end;
        }

        if (position != length)
            throw new InvalidDataException($"its tensors end at {position}, but it has {length} bytes of values.");
    }

    private static string Describe(string type, long[] shape) => $"{type} [{string.Join(", ", shape)}]";
}

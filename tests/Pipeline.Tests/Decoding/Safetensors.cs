using System.Buffers.Binary;
using System.Text.Json;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Reads the golden tensors: a length, a JSON header, raw values.</summary>
internal sealed class Safetensors
{
    private readonly byte[] _file;
    private readonly int _values;
    private readonly JsonElement _header;

    public Safetensors(string path)
    {
        _file = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(_file);
        _header = JsonDocument.Parse(_file.AsMemory(8, length)).RootElement;
        _values = 8 + length;
    }

    public IEnumerable<string> Names =>
        _header.EnumerateObject().Select(tensor => tensor.Name).Where(name => name != "__metadata__");

    public int[] Shape(string name) =>
        [.. _header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())];

    public ReadOnlySpan<byte> Bytes(string name)
    {
        JsonElement offsets = _header.GetProperty(name).GetProperty("data_offsets");
        return _file.AsSpan((_values + offsets[0].GetInt32())..(_values + offsets[1].GetInt32()));
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;

namespace ChestXray.Kernels.Tests;

/// <summary>Reads golden files: an 8-byte length, a JSON header (name, type, shape, offsets), then the raw values.</summary>
internal sealed class Safetensors
{
    private readonly byte[] _bytes;
    private readonly JsonElement _header;
    private readonly int _start;

    public Safetensors(string path)
    {
        _bytes = File.ReadAllBytes(path);
        _start = 8 + (int)BitConverter.ToInt64(_bytes);
        _header = JsonDocument.Parse(_bytes.AsMemory(8, _start - 8)).RootElement;
    }

    public int[] Shape(string name) =>
        [.. _header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())];

    public T[] Read<T>(string name)
        where T : unmanaged
    {
        int[] range = [.. _header.GetProperty(name).GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt32())];
        return MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_start + range[0], range[1] - range[0])).ToArray();
    }
}

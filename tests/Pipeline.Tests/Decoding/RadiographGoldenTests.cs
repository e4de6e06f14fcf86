using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>TensorFlow's grey bytes and resized floats of the 1,048 real radiographs.</summary>
public sealed class RadiographGoldenTests
{
    private const int Size = 224;

    [Fact]
    public void All_radiographs_decode_and_resize_to_the_bits_of_tensorflow()
    {
        JsonElement golden = ReadGolden();
        Dictionary<string, string> paths = FindFiles();
        using ImageDecoder decoder = new();
        BilinearResize resize = new();
        float[] floats = new float[Size * Size];
        byte[] rounded = new byte[Size * Size];
        List<string> wrong = [];
        int misrounded = 0;
        foreach (JsonProperty file in golden.GetProperty("files").EnumerateObject())
        {
            GreyImage image = decoder.DecodeFile(paths[file.Name]);
            resize.Resize(image.Pixels, image.Width, image.Height, floats, Size, Size);
            ResizeStatistics statistics = resize.ResizeToBytes(image.Pixels, image.Width, image.Height, rounded, Size, Size);
            if (Sha256(image.Pixels) != file.Value.GetProperty("sha256").GetString())
                wrong.Add($"{file.Name}: grey");
            if (Sha256(MemoryMarshal.AsBytes<float>(floats)) != file.Value.GetProperty("sha256_224").GetString())
                wrong.Add($"{file.Name}: resized");
            if (!Near(statistics.Mean, file.Value.GetProperty("mean"))
                || !Near(statistics.StandardDeviation, file.Value.GetProperty("std")))
                wrong.Add($"{file.Name}: statistics");
            for (int i = 0; i < floats.Length; i++)
                misrounded += rounded[i] == (byte)MathF.Round(floats[i]) ? 0 : 1;
        }

        Assert.Empty(wrong);
        Assert.Equal(0, misrounded);
        Assert.Equal(1048, paths.Count);
    }

    [Theory]
    [MemberData(nameof(DecodePaths.All), MemberType = typeof(DecodePaths))]
    public void Originals_decode_to_the_bits_of_tensorflow_in_every_path(
        InflateLibrary inflate, UnfilterPath unfilter, bool trust, int bandBytes)
    {
        using ImageDecoder decoder = DecodePaths.Create(inflate, unfilter, trust, bandBytes);
        JsonElement files = ReadGolden().GetProperty("files");
        List<string> wrong = [];
        foreach ((string name, string path) in FindFiles()
            .Where(file => file.Key.StartsWith("nih-original", StringComparison.Ordinal)))
        {
            if (Sha256(decoder.DecodeFile(path).Pixels) != files.GetProperty(name).GetProperty("sha256").GetString())
                wrong.Add(name);
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(InflateLibrary.Auto, false)]
    [InlineData(InflateLibrary.Auto, true)]
    [InlineData(InflateLibrary.Managed, false)]
    public void Two_at_a_time_all_radiographs_decode_to_the_bits_of_tensorflow(InflateLibrary inflate, bool trust)
    {
        JsonElement golden = ReadGolden().GetProperty("files");
        KeyValuePair<string, string>[] paths = [.. FindFiles()];
        byte[][] files = [.. paths.Select(file => File.ReadAllBytes(file.Value))];
        using PairDecoder decoder = new(new() { Inflate = inflate, Trust = trust });
        List<string> wrong = [];
        int seen = 0;
        decoder.Decode(files, (int index, in GreyImage image, ImageFormatException? error) =>
        {
            seen++;
            string name = paths[index].Key;
            if (error is not null || Sha256(image.Pixels) != golden.GetProperty(name).GetProperty("sha256").GetString())
                wrong.Add(name);
        });
        Assert.Empty(wrong);
        Assert.Equal(1048, seen);
    }

    private static bool Near(double value, JsonElement golden) => Math.Abs((value / golden.GetDouble()) - 1) < 1e-9;

    private static string Sha256(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private static JsonElement ReadGolden() =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/tensorflow/decode.json"))).RootElement;

    private static Dictionary<string, string> FindFiles()
    {
        Dictionary<string, string> files = [];
        foreach (string set in (string[])["nih-original", "nih-256"])
        {
            foreach (string path in Directory.EnumerateFiles(SharedData.Require(set), "*.*g", SearchOption.AllDirectories))
                files.Add($"{set}/{Path.GetFileName(path)}", path);
        }

        return files;
    }
}

using System.Runtime.InteropServices;
using ChestXray.Model.Exchange;
using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Networks;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Exchange;

public sealed class WeightFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-weight-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_state_dict_comes_back_as_it_went_under_a_wrapper_s_prefix_with_counters_and_in_old_spelling_too()
    {
        using DenseNetwork from = SmallDense.Make(1);
        IReadOnlyList<SafetensorsEntry> plain = from.Export();
        SafetensorsEntry[][] files =
        [
            [.. plain],
            [.. plain.Select(entry => entry with { Name = "module." + entry.Name })],
            [.. plain.Select(entry => entry with { Name = "module.net." + entry.Name })],
            [.. plain, new("features.norm0.num_batches_tracked", "I64", [], new byte[8])],
            [.. plain.Select(entry => entry with { Name = entry.Name.Replace(".norm1.", ".norm.1.").Replace(".conv2.", ".conv.2.") })],
        ];
        foreach (SafetensorsEntry[] file in files)
        {
            using DenseNetwork to = SmallDense.Make(2);
            WeightFile.Load(Write(file), to);
            Assert.Equal(Hex(plain), Hex(to.Export()));
        }
    }

    [Theory]
    [InlineData('.')]
    [InlineData('/')]
    public void Keras_names_and_axes_are_turned(char separator)
    {
        using GuideNetwork from = new(1), to = new(2);
        SafetensorsEntry[] keras =
        [
            .. from.Export().Select(entry => Keras(entry) with { Name = Golden.KerasName(entry.Name).Replace('.', separator) }),
        ];
        Assert.Contains(keras, entry => entry.Shape is [7, 7, 16, 32]);
        WeightFile.Load(Write(keras), to);
        Assert.Equal(Hex(from.Export()), Hex(to.Export()));
    }

    [Fact]
    public void TensorFlow_s_own_weights_load()
    {
        SafetensorsFile golden = SafetensorsFile.Read(SharedData.Require("golden/tensorflow/model.safetensors"));
        const string prefix = "initial.";
        SafetensorsEntry[] initial = [.. golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => golden[name] with { Name = name[prefix.Length..] })];
        using GuideNetwork network = new(5);
        WeightFile.Load(Write(initial), network);
        SafetensorsEntry kernel = network.Export().Single(entry => entry.Name == "conv2.weight");
        Assert.Equal(Golden.Transposed(golden["initial.conv2.kernel"]), Golden.Values(kernel));
    }

    [Theory]
    [InlineData("F64", 0)]
    [InlineData("F16", 1e-3)]
    [InlineData("BF16", 8e-3)]
    public void Other_float_types_are_converted(string type, double relative)
    {
        using DenseNetwork from = SmallDense.Make(1), to = SmallDense.Make(2);
        WeightFile.Load(Write([.. from.Export().Select(entry => As(entry, type))]), to);
        foreach ((SafetensorsEntry a, SafetensorsEntry b) in from.Export().Zip(to.Export()))
        {
            foreach ((double x, double y) in Golden.Values(a).Zip(Golden.Values(b)))
                Assert.Equal(x, y, 1e-7 + relative * Math.Abs(x));
        }
    }

    [Theory]
    [InlineData("missing", "'features.norm0.bias' is missing")]
    [InlineData("extra", "'stranger' is not expected")]
    [InlineData("renamed", "'features.norm0.shift' is not expected")]
    [InlineData("reshaped", "'features.norm0.bias' is F32 [4, 4] instead of F32 [16]")]
    [InlineData("integers", "'features.norm0.bias' is I32 [16] instead of F32 [16]")]
    [InlineData("NaN", "NaN in tensor 'features.norm0.bias' (value 3)")]
    [InlineData("infinite", "Infinity in tensor 'features.norm0.bias' (value 3)")]
    [InlineData("negative variance", "-1 in tensor 'features.norm0.running_var' (value 3)")]
    [InlineData("twice", "'features.norm0.bias' twice")]
    public void A_file_that_does_not_fit_is_refused_by_the_tensor_s_name_and_nothing_is_loaded(string fault, string message)
    {
        using DenseNetwork from = SmallDense.Make(1), to = SmallDense.Make(2);
        List<SafetensorsEntry> entries = [.. from.Export()];
        int index = entries.FindIndex(
            entry => entry.Name == (fault == "negative variance" ? "features.norm0.running_var" : "features.norm0.bias"));
        SafetensorsEntry entry = entries[index];
        switch (fault)
        {
            case "missing": entries.RemoveAt(index); break;
            case "extra": entries.Add(new("stranger", "F32", [1], new byte[4])); break;
            case "twice": entries.Add(entry with { Name = "features.norm0.beta" }); break;
            case "renamed": entries[index] = entry with { Name = "features.norm0.shift" }; break;
            case "reshaped": entries[index] = entry with { Shape = [4, 4] }; break;
            case "integers": entries[index] = entry with { Type = "I32" }; break;
            default: entries[index] = entry with { Data = Changed(entry, fault switch { "NaN" => float.NaN, "infinite" => float.PositiveInfinity, _ => -1 }) }; break;
        }

        string[] before = Hex(to.Export());
        string path = Write(entries);
        string found = Assert.Throws<InvalidDataException>(() => WeightFile.Load(path, to)).Message;
        Assert.Contains(message, found, StringComparison.Ordinal);
        Assert.Contains(path, found, StringComparison.Ordinal);
        Assert.Equal(before, Hex(to.Export()));
    }

    [Fact]
    public void A_new_head_takes_all_but_the_last_layer_from_a_network_of_other_classes()
    {
        using DenseNetwork from = SmallDense.Make(1), to = SmallDense.Make(2);
        string[] head = Hex([.. to.Export().TakeLast(2)]);
        SafetensorsEntry[] thousand =
        [
            .. from.Export().SkipLast(2), new(
                "classifier.weight", "F32", [1000, SmallDense.Shape.Features], new byte[4000 * SmallDense.Shape.Features]),
            new("classifier.bias", "F32", [1000], new byte[4000]),
        ];
        string path = Write(thousand);
        Assert.Contains("[1000]", Assert.Throws<InvalidDataException>(() => WeightFile.Load(path, to)).Message,
            StringComparison.Ordinal);
        WeightFile.Load(path, to, newHead: true);
        Assert.Equal(Hex([.. from.Export().SkipLast(2)]), Hex([.. to.Export().SkipLast(2)]));
        Assert.Equal(head, Hex([.. to.Export().TakeLast(2)]));
    }

    [Theory]
    [InlineData("model.pth", "torch.load")]
    [InlineData("model.pt", "torch.load")]
    [InlineData("model.h5", "keras.models.load_model")]
    [InlineData("model.keras", "keras.models.load_model")]
    [InlineData("renamed zip.safetensors", "torch.load")]
    [InlineData("renamed hdf.safetensors", "keras.models.load_model")]
    [InlineData("renamed pickle.safetensors", "torch.load")]
    public void Files_that_may_hold_programs_are_refused_with_the_three_lines_that_convert_them(string name, string call)
    {
        string path = Path.Combine(_folder, name);
        byte[] start = name switch
        {
            "renamed hdf.safetensors" => [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10],
            "renamed pickle.safetensors" => [0x80, 2, (byte)'}', (byte)'q', 0, (byte)'.', 1, 1],
            _ => [(byte)'P', (byte)'K', 3, 4, 0, 0, 8, 8],
        };
        File.WriteAllBytes(path, start);
        using DenseNetwork network = SmallDense.Make();
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Load(path, network)).Message;
        Assert.Contains(call, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Equal(3, message.Split('\n')[1..].Length);
    }

    private string Write(IReadOnlyCollection<SafetensorsEntry> entries)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.safetensors");
        SafetensorsFile.Write(path, entries);
        return path;
    }

    private static string[] Hex(IReadOnlyList<SafetensorsEntry> entries) =>
        [.. entries.Select(entry => $"{entry.Name} {Convert.ToHexString(entry.Data.Span)}")];

    private static byte[] Changed(SafetensorsEntry entry, float value)
    {
        byte[] bytes = entry.Data.ToArray();
        BitConverter.TryWriteBytes(bytes.AsSpan(12), value);
        return bytes;
    }

    private static SafetensorsEntry As(SafetensorsEntry entry, string type)
    {
        float[] values = Golden.Floats(entry);
        byte[] bytes = type switch
        {
            "F64" => MemoryMarshal.AsBytes<double>(Array.ConvertAll(values, value => (double)value)).ToArray(),
            "F16" => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)).ToArray(),
            _ => MemoryMarshal.AsBytes<ushort>(
                Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))).ToArray(),
        };
        return entry with { Type = type, Data = bytes };
    }

    /// <summary>(out, in, height, width) to (height, width, in, out), by its definition.</summary>
    private static SafetensorsEntry Keras(SafetensorsEntry entry)
    {
        if (entry.Shape.Length == 1)
            return entry;
        long outputs = entry.Shape[0], inputs = entry.Shape[1], area = entry.Shape.Length == 4
            ? entry.Shape[2] * entry.Shape[3] : 1;
        float[] from = Golden.Floats(entry), to = new float[from.Length];
        for (long at = 0; at < from.Length; at++)
        {
            long k = at % area, i = at / area % inputs, o = at / area / inputs;
            to[(k * inputs + i) * outputs + o] = from[at];
        }

        return entry with
        {
            Shape = entry.Shape.Length == 4 ? [entry.Shape[2], entry.Shape[3], inputs, outputs] : [inputs, outputs],
            Data = MemoryMarshal.AsBytes<float>(to).ToArray(),
        };
    }
}

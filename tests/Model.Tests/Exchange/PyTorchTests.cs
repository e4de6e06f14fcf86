using System.Diagnostics;
using ChestXray.Model.Exchange;
using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Networks;
using ChestXray.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Exchange;

/// <summary>State dicts as PyTorch names and shapes them, and to and from PyTorch itself where the system's Python has it.</summary>
public sealed class PyTorchTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-pytorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("guide", 120, 26, "conv2.weight", "32,16,7,7")]
    [InlineData("densenet121", 64, 606, "features.denseblock4.denselayer16.conv2.weight", "32,128,3,3")]
    public void An_exported_state_dict_has_PyTorch_s_names_and_gives_the_same_logits_here_and_in_PyTorch_where_there_is_one(
        string name, int size, int tensors, string layer, string shape)
    {
        using DisposeScope scope = NewDisposeScope();
        using Network network = NetworkCatalogue.Make(new() { Name = name }, 4, CPU);
        Tensor images = randn([3, 1, size, size], generator: new Generator(8));
        using (no_grad())
            network.Forward(images, training: true);
        Tensor before = Logits(network, images);
        string source = Path.Combine(_folder, "in.safetensors"), target = Path.Combine(_folder, "out.safetensors");
        SafetensorsFile.Write(source, [.. network.Export(), new("images", "F32", images.shape, Network.CopyBytes(images))]);
        SafetensorsFile exported = SafetensorsFile.Read(source);
        Assert.Equal(tensors + 1, exported.Names.Count(key => !key.EndsWith("num_batches_tracked", StringComparison.Ordinal)));
        Assert.Equal(shape, string.Join(',', exported[layer].Shape));
        string alone = Path.Combine(_folder, "alone.safetensors");
        SafetensorsFile.Write(alone, network.Export());
        using (Network fresh = NetworkCatalogue.Make(new() { Name = name }, 5, CPU))
        {
            WeightFile.Load(alone, fresh);
            RequireNear([.. before.contiguous().data<float>().Select(value => (double)value)], Logits(fresh, images));
        }

        if (!RunPython(name, source, target))
            return;

        SafetensorsFile answer = SafetensorsFile.Read(target);
        RequireNear(Golden.Values(answer["logits"]), before);
        string own = Path.Combine(_folder, "own.safetensors");
        SafetensorsFile.Write(own, [
            .. answer.Names.Where(key => key.StartsWith("own.", StringComparison.Ordinal)).Select(key => answer[key])]);
        WeightFile.Load(own, network);
        RequireNear(Golden.Values(answer["own_logits"]), Logits(network, images));
    }

    private static Tensor Logits(Network network, Tensor images)
    {
        using IDisposable noGradient = no_grad();
        return network.Forward(images, training: false);
    }

    private static void RequireNear(double[] expected, Tensor found)
    {
        float[] values = [.. found.cpu().contiguous().data<float>()];
        Assert.Equal(expected.Length, values.Length);
        Assert.True(expected.Max() - expected.Min() > 1e-3);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-5);
    }

    /// <summary>False, with a warning, where there is no PyTorch.</summary>
    private static bool RunPython(string name, string source, string target)
    {
        if (!File.Exists(Python))
            return Missing();
        string script = Path.Combine(SharedData.Repository, "tests", "Model.Tests", "Exchange", "pytorch_check.py");
        ProcessStartInfo start =
            new(Python, [script, name, Path.Combine(SharedData.Repository, "bench", "peers"), source, target])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (error.Contains("No module named 'torch'", StringComparison.Ordinal)
            || error.Contains("No module named 'numpy'", StringComparison.Ordinal))
        {
            return Missing();
        }

        Assert.True(process.ExitCode == 0, error + output.Result);
        return true;
    }

    private static bool Missing()
    {
        TestContext.Current.AddWarning($"Not held against PyTorch itself: there is no {Python} with PyTorch.");
        return false;
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>Which packages each way to build references; evaluated, since the CUDA package can't be restored everywhere.</summary>
public class TorchBuildTests
{
    [Theory]
    [InlineData("cpu", "libtorch-cpu-linux-x64")]
    [InlineData("cuda", "TorchSharp-cuda-linux")]
    [InlineData("installed", null)]
    public void A_build_takes_one_tensor_library_or_none(string torch, string? library)
    {
        JsonNode items = JsonNode.Parse(MsBuild($"-p:Torch={torch} -getItem:PackageReference"))!["Items"]!;
        string[] packages = [.. items["PackageReference"]!.AsArray().Select(item => (string)item!["Identity"]!)];
        string versions = File.ReadAllText(Path.Combine(SharedData.Repository, "Directory.Packages.props"));
        Assert.Contains("TorchSharp", packages);
        Assert.Equal(
            library is null ? [] : [library],
            packages.Where(name => name.StartsWith("libtorch", StringComparison.Ordinal) || name.Contains("cuda")));
        Assert.All(packages, name => Assert.Contains($"Include=\"{name}\"", versions));
    }

    private static string MsBuild(string arguments)
    {
        string project = Path.Combine(SharedData.Repository, "src", "Model", "Model.csproj");
        ProcessStartInfo start = new("dotnet", $"msbuild \"{project}\" -nologo {arguments}") { RedirectStandardOutput = true };
        string[] inherited =
            [.. start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in inherited)
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}

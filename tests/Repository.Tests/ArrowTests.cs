using System.Xml.Linq;
using ChestXray.Tests;

namespace ChestXray.Repository.Tests;

public class ArrowTests
{
    public static TheoryData<string, string[], string[]> Allowed => new()
    {
        { "Kernels", [], ["ILGPU"] },
        { "Pipeline", [], ["SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "Sylvan.Data.Csv", "System.IO.Hashing"] },
        { "Model", ["Kernels", "Pipeline"], ["TorchSharp", "libtorch-cpu-linux-x64", "TorchSharp-cuda-linux", "ScottPlot", "Google.Protobuf", "Microsoft.ML.OnnxRuntime"] },
        { "App", ["Model"], ["Spectre.Console", "System.CommandLine"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_project_references_only_what_the_design_allows(string project, string[] projects, string[] packages)
    {
        XDocument document = XDocument.Load(Path.Combine(SharedData.Repository, "src", project, project + ".csproj"));

        Assert.Equal(projects.Order(), Included(document, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order());
        Assert.Equal(packages.Order(), Included(document, "PackageReference").Order());
    }

    [Fact]
    public void There_are_no_other_source_projects() => Assert.Equal(
        ["App", "Kernels", "Model", "Pipeline"],
        Directory.GetDirectories(Path.Combine(SharedData.Repository, "src")).Select(Path.GetFileName).Order());

    [Theory]
    [InlineData("Kernels", "TorchSharp", "ChestXray.Pipeline", "ChestXray.Model")]
    [InlineData("Pipeline", "TorchSharp", "ILGPU", "ChestXray.Kernels", "ChestXray.Model")]
    [InlineData("Model", "ILGPU", "ChestXray.App", "ChestXray.App")]
    [InlineData("App", "TorchSharp", "ILGPU", "ILGPU.Runtime")]
    public void A_project_s_code_names_no_namespace_across_an_arrow(string project, params string[] forbidden)
    {
        foreach (string file in Directory.EnumerateFiles(
            Path.Combine(SharedData.Repository, "src", project), "*.cs", SearchOption.AllDirectories))
        {
            string[] named = [.. File.ReadLines(file).Where(line => line.StartsWith("using ", StringComparison.Ordinal))];
            Assert.DoesNotContain(named, line => forbidden.Any(name => line.Contains($" {name};") || line.Contains($" {name}.")));
        }
    }

    private static IEnumerable<string> Included(XDocument document, string item) =>
        document.Descendants(item).Select(reference => reference.Attribute("Include")?.Value).OfType<string>();
}

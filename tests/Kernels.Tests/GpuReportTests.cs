using System.Text.Json.Nodes;
using ChestXray.Kernels.Bench;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

/// <summary>`bench/gpu/run.sh` without a GPU: its CPU half, and its GPU half on ILGPU's CPU accelerator.</summary>
public class GpuReportTests
{
    [Fact]
    public void Without_a_GPU_the_document_has_the_CPU_s_half_and_says_why()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "gpu.json");
        GpuReport.Write(file, quick: true, TextWriter.Null);
        JsonNode report = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.True((double)report["cpu"]!["rows"]![0]!["images_per_s"]! > 0);
        Assert.True((double)report["cpu"]!["rows"]![0]!["error_in_grey_levels"]! <= 0.01);
        if ((string)report["device"]!["name"]! == "cpu")
            Assert.Contains("no CUDA device", (string)report["gpu"]!["absent"]!);
    }

    [Fact]
    public void The_GPU_s_half_checks_every_operation_and_fills_every_row()
    {
        using KernelDevice device = KernelDevice.Simulator();
        JsonObject gpu = GpuReport.Gpu(device, quick: true, TextWriter.Null);
        Assert.Equal(4, gpu["checks"]!.AsArray().Count);
        Assert.True((double)gpu["copy_gb_per_s"]! > 0);
        Assert.Equal(["Single", "BFloat16"], gpu["rows"]!.AsArray().Select(row => (string)row!["output"]!));
        Assert.All(gpu["rows"]!.AsArray(), row => Assert.True((double)row!["share_of_copy"]! > 0));
    }
}

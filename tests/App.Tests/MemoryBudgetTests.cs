using System.Diagnostics;
using System.Text.Json.Nodes;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

/// <summary>A whole run, from decoding to the report, inside the memory that it was allowed.</summary>
public sealed class MemoryBudgetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_from_decoding_to_report_stays_within_its_budget()
    {
        string data = Path.Combine(_folder.Path, "data"), run = Path.Combine(_folder.Path, "run");
        Assert.Equal(0, CommandLine.Run("sample", "--out", data, "--images", "120").Code);
        using Process process = ProgramProcess.Start(
        [
            "train", "--data", data, "--out", run, "--cache", Path.Combine(_folder.Path, "cache"), "--epochs", "1", "--size",
            "106", "--ram-budget", "460MiB",
        ]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!;
        Assert.InRange(record["peak_memory_mib"]!.GetValue<double>(), 50, 460);
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
    }
}

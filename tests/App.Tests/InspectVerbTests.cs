using System.Text.Json.Nodes;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

public sealed class InspectVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_names_faults_writes_page_document_and_list_and_prints_one_document()
    {
        string data = Path.Combine(_folder.Path, "data"), list = Path.Combine(_folder.Path, "list.tsv");
        PhantomSet.Write(data, new() { Images = 60, Side = 64 });
        string broken = Directory.GetFiles(data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.WriteAllText(broken, "");

        (int code, string output, string error) = CommandLine.Run(
            "inspect", "--data", data, "--cache", Path.Combine(_folder.Path, "cache"), "--out", Path.Combine(_folder.Path, "out"),
            "--size", "64",
            "--write-exclusions", list, "--json");

        Assert.Equal(0, code);
        JsonNode document = JsonNode.Parse(output)!;
        Assert.Equal(1, document["problem_counts"]!["empty-file"]!.GetValue<int>());
        Assert.Contains("empty-file", error);
        Assert.Contains("Not for medical use", error);
        Assert.StartsWith(Path.GetFileName(broken) + "\tempty-file: ", File.ReadAllLines(list)[1]);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "out", "inspection.html")));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "out", "inspection.json")));

        (code, _, error) = CommandLine.Run("prepare", "--data", data, "--cache", Path.Combine(_folder.Path, "cache"), "--size",
            "64", "--max-bad", "0", "--exclude", list, "--json");
        Assert.Equal(0, code);
        Assert.Contains("1 left out (excluded)", error);
    }

    [Fact]
    public void A_list_that_is_not_there_is_an_error_before_anything_is_decoded()
    {
        string data = Path.Combine(_folder.Path, "data");
        PhantomSet.Write(data, new() { Images = 12, Side = 64 });
        (int code, _, string error) = CommandLine.Run(
            "train", "--data", data, "--cache", Path.Combine(_folder.Path, "cache"), "--out", Path.Combine(_folder.Path, "run"),
            "--exclude", Path.Combine(_folder.Path, "none"));
        Assert.Equal(1, code);
        Assert.Contains("--write-exclusions", error);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "cache")));
    }
}

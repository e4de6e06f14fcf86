using System.Text.Json;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

public sealed class PredictVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_is_trained_exported_and_predicted_with_from_the_command_line()
    {
        string data = Path.Combine(_folder.Path, "data"), run = Path.Combine(_folder.Path, "run"),
            onnx = Path.Combine(_folder.Path, "model.onnx");
        string weights = Path.Combine(_folder.Path, "model.safetensors"), heat = Path.Combine(_folder.Path, "heat"),
            csv = Path.Combine(_folder.Path, "p.csv");
        Done(CommandLine.Run("sample", "--out", data, "--images", "60"));
        Done(CommandLine.Run(
            "train", "--data", data, "--out", run, "--cache", Path.Combine(_folder.Path, "cache"), "--size", "32", "--epochs",
            "1", "--batch-size", "8",
            "--model", "densenet121", "--loss", "plain", "--freeze", "features.conv0", "features.denseblock1", "--rate",
            "features=0.1"));
        Done(CommandLine.Run("export", "--run", run, "--format", "onnx", "--out", onnx));
        Done(CommandLine.Run("export", "--run", run, "--format", "safetensors", "--out", weights));

        using JsonDocument torch =
            JsonDocument.Parse(Done(CommandLine.Run("predict", "--run", run, data, "--json", "--csv", csv, "--heatmaps", heat)));
        using JsonDocument engine =
            JsonDocument.Parse(Done(CommandLine.Run("predict", "--onnx", onnx, Path.Combine(data, "**", "*.png"), "--json")));
        Assert.Equal(60, Probabilities(torch).Length);
        foreach ((double a, double b) in Probabilities(torch).Zip(Probabilities(engine)))
            Assert.Equal(a, b, 1e-5);
        Assert.Equal(60, Directory.GetFiles(heat).Length);
        Assert.Equal(61, File.ReadLines(csv).Count());
        string again = Path.Combine(_folder.Path, "again");
        Done(CommandLine.Run(
            "train", "--data", data, "--out", again, "--cache", Path.Combine(_folder.Path, "cache"), "--size", "32", "--epochs",
            "1", "--batch-size", "8",
            "--model", "densenet121", "--loss", "plain", "--weights", weights));
    }

    [Theory]
    [InlineData("--rate", "features", "such as features=0.1")]
    [InlineData("--freeze", "nowhere", "No layer")]
    [InlineData("--weights", "nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("--channels", "2", "1 or 3")]
    public void Options_of_the_network_that_make_no_sense_are_named(string option, string value, string message)
    {
        string data = Path.Combine(_folder.Path, "data");
        Done(CommandLine.Run("sample", "--out", data, "--images", "60"));
        (int code, _, string error) = CommandLine.Run(
            "train", "--data", data, "--out", Path.Combine(_folder.Path, "run"), "--cache", Path.Combine(_folder.Path, "cache"),
            "--size", "32",
            "--model", "densenet121", option, value);
        Assert.NotEqual(0, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static string Done((int Code, string Output, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error + run.Output);
        return run.Output;
    }

    private static double[] Probabilities(JsonDocument document) =>
        [.. document.RootElement.GetProperty("images").EnumerateArray()
            .Select(image => image.GetProperty("probabilities").GetProperty("Hernia").GetDouble())];
}

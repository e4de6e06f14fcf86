using ChestXray.Tests;

namespace ChestXray.App.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train")]
    [InlineData("prepare")]
    [InlineData("inspect")]
    [InlineData("split")]
    [InlineData("score")]
    [InlineData("evaluate")]
    [InlineData("compare")]
    [InlineData("sample")]
    [InlineData("verify")]
    [InlineData("bench")]
    [InlineData("doctor")]
    public void Every_verb_explains_itself(string verb)
    {
        (int code, string output, _) = CommandLine.Run(verb, "--help");
        Assert.Equal(0, code);
        Assert.Contains("--json", output);
    }

    [Theory]
    [InlineData("trian")]
    [InlineData("train", "--epochs", "many")]
    [InlineData("train", "--loss", "best")]
    [InlineData("split")]
    [InlineData("bench", "nothing")]
    public void Wrong_words_end_with_2_and_a_hint(params string[] arguments)
    {
        (int code, string output, string error) = CommandLine.Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains("--help", error);
        Assert.Empty(output);
    }

    [Fact]
    public void A_wrong_data_path_is_an_error_that_says_what_was_looked_for_and_makes_no_phantoms()
    {
        string missing = Path.Combine(_folder.Path, "radiographs");

        (int code, string output, string error) =
            CommandLine.Run("train", "--data", missing, "--out", Path.Combine(_folder.Path, "run"));

        Assert.Equal(1, code);
        Assert.Contains(missing, error);
        Assert.Contains("Data_Entry_2017.csv", error);
        Assert.DoesNotContain("PHANTOM", output + error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_an_error_and_no_silent_run_on_the_processor()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has a GPU");
        (int code, _, string error) = CommandLine.Run("train", "--data", _folder.Path, "--device", "cuda");
        Assert.Equal(1, code);
        Assert.Contains("'cuda'", error);
        Assert.Contains("--device cpu", error);
    }

    [Theory]
    [InlineData("-1%")]
    [InlineData("101%")]
    [InlineData("few")]
    public void An_impossible_tolerance_is_wrong_usage(string share)
    {
        (int code, _, string error) = CommandLine.Run("prepare", "--data", _folder.Path, "--max-bad", share);
        Assert.Equal(2, code);
        Assert.Contains(share, error);
    }
}

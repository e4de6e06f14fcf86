using System.Diagnostics;
using System.Security.Cryptography;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

/// <summary>Training that is killed (SIGKILL, a process of its own) and resumed ends with the bytes of one that was left alone.</summary>
public sealed class KillTests : IDisposable
{
    private const string KillsVariable = "CHESTXRAY_TRAINING_KILLS";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <remarks>A checkpoint is written after each step here, so that many kills fall into the writing of one.</remarks>
    [Fact]
    public void Killed_at_random_moments_and_resumed_with_other_loader_threads_a_run_ends_with_the_same_bytes()
    {
        int kills = int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), out int wanted) ? wanted : 5;
        string data = Path.Combine(_folder.Path, "data");
        Assert.Equal(0, CommandLine.Run("sample", "--out", data, "--images", "70").Code);
        Stopwatch watch = Stopwatch.StartNew();
        using (Process whole = Start(data, "whole", 1))
        {
            whole.WaitForExit();
            Assert.Equal(0, whole.ExitCode);
        }

        double seconds = watch.Elapsed.TotalSeconds;
        string expected = Hash("whole");
        Random random = new(5);
        int rounds = 0, killed = 0;
        while (killed < kills)
        {
            // A run that ends before it is killed counts as well, and the next one begins anew.
            string run = $"killed {rounds}";
            using Process process = Start(data, run, 1 << killed % 3);
            if (process.WaitForExit(TimeSpan.FromSeconds(seconds * (0.3 + (0.7 * random.NextDouble())))))
            {
                Assert.Equal(0, process.ExitCode);
                Assert.Equal(expected, Hash(run));
                rounds++;
                continue;
            }

            process.Kill();
            process.WaitForExit();
            killed++;
        }

        using Process last = Start(data, $"killed {rounds}", 2);
        last.WaitForExit();
        Assert.Equal(0, last.ExitCode);
        Assert.Equal(expected, Hash($"killed {rounds}"));
    }

    private string Hash(string run) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder.Path, run, "weighted", "weights.safetensors"))));

    private Process Start(string data, string run, int loaderThreads)
    {
        string output = Path.Combine(_folder.Path, run);
        List<string> arguments =
        [
            "train", "--data", data, "--out", output, "--cache", Path.Combine(_folder.Path, "cache"), "--loss", "weighted", "--epochs", "2",
            "--batch-size", "8", "--size", "106", "--checkpoint-minutes", "0", "--loader-threads", loaderThreads.ToString(),
        ];
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            arguments.Add("--resume");
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "chestxray"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}

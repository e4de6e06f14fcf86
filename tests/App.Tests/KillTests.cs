using System.Diagnostics;
using System.Security.Cryptography;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

/// <summary>
/// Training that is killed (SIGKILL, a process of its own) and resumed ends with the bytes of one that was left alone.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string KillsVariable = "CHESTXRAY_TRAINING_KILLS";
    private readonly TemporaryFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private string Cache => Path.Combine(_folder.Path, "cache");

    public void Dispose() => _folder.Dispose();

    /// <remarks>A checkpoint is written after each step here, so that many kills fall into the writing of one.</remarks>
    [Fact]
    public void Killed_at_a_random_moment_and_resumed_with_other_loader_threads_every_run_ends_with_the_same_bytes()
    {
        (string expected, double seconds) = TrainUndisturbed();
        Random random = new(5);
        for (int killed = 0; killed < Wanted;)
        {
            string run = $"killed {killed}";
            using (Process process = Start(run, 1))
            {
                if (!process.WaitForExit(TimeSpan.FromSeconds(seconds * (0.2 + (0.8 * random.NextDouble())))))
                {
                    process.Kill();
                    killed++;
                }

                process.WaitForExit();
            }

            Assert.Equal(expected, Finish(run, 1 << killed % 3));
            Directory.Delete(Path.Combine(_folder.Path, run), recursive: true);
        }
    }

    [Fact]
    public void Killed_again_and_again_while_a_checkpoint_is_being_written_a_run_always_has_a_whole_one_and_ends_with_the_same_bytes()
    {
        string expected = TrainUndisturbed().Hash;
        Random random = new(6);
        int killed = 0;
        for (int run = 0; killed < 4 * Wanted; run++)
        {
            string name = $"torn {run}";
            bool hasEnded = false;
            while (!hasEnded && killed < 4 * Wanted)
            {
                using Process process = Start(name, 1);
                hasEnded = !KillWhileWriting(process, Path.Combine(_folder.Path, name, "weighted"), random.Next(1, 6));
                killed += hasEnded ? 0 : 1;
            }

            Assert.Equal(expected, Finish(name, 2));
        }
    }

    /// <summary>How many kills; a long campaign asks for more.</summary>
    private static int Wanted => int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), out int wanted) ? wanted : 5;

    /// <returns>False where the process came to its end first.</returns>
    private static bool KillWhileWriting(Process process, string folder, int sighting)
    {
        HashSet<string> seen = [];
        while (!process.HasExited)
        {
            // Those of a process that was killed before carry its number.
            foreach (string half in Directory.Exists(folder) ? Directory.GetFiles(folder, $"checkpoint-*.{process.Id}.tmp") : [])
            {
                if (!seen.Add(half) || seen.Count < sighting)
                    continue;
                process.Kill();
                process.WaitForExit();
                return true;
            }
        }

        Assert.Equal(0, process.ExitCode);
        return false;
    }

    private (string Hash, double Seconds) TrainUndisturbed()
    {
        Assert.Equal(0, CommandLine.Run("sample", "--out", Data, "--images", "70").Code);
        Assert.Equal(0, CommandLine.Run("prepare", "--data", Data, "--cache", Cache, "--size", "106").Code);
        Stopwatch watch = Stopwatch.StartNew();
        return (Finish("whole", 1), watch.Elapsed.TotalSeconds);
    }

    /// <summary>Trains to the end, from where the run stands; gives the weights' hash.</summary>
    private string Finish(string run, int loaderThreads)
    {
        using Process process = Start(run, loaderThreads);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return Convert.ToHexStringLower(
            SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder.Path, run, "weighted", "weights.safetensors"))));
    }

    private Process Start(string run, int loaderThreads)
    {
        string output = Path.Combine(_folder.Path, run);
        List<string> arguments =
        [
            "train", "--data", Data, "--out", output, "--cache", Cache, "--loss", "weighted", "--epochs", "2",
            "--batch-size", "8", "--size", "106", "--checkpoint-minutes", "0", "--loader-threads", loaderThreads.ToString(),
        ];
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            arguments.Add("--resume");
        return ProgramProcess.Start(arguments);
    }
}

using System.Diagnostics;

namespace ChestXray.App.Tests;

/// <summary>Runs a command line in a process of its own: one that can be killed, or whose memory is nobody else's.</summary>
internal static class ProgramProcess
{
    /// <summary>Starts it; what it writes goes to the test's output.</summary>
    public static Process Start(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "chestxray"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        ITestOutputHelper? output = TestContext.Current.TestOutputHelper;
        process.OutputDataReceived += (_, line) => output?.WriteLine(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output?.WriteLine(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}

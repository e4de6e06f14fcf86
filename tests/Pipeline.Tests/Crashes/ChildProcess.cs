using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>
/// Another process that works on a store: this test program, started anew with an environment variable that turns it into a
/// worker before any test runs.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const string Variable = "CHESTXRAY_STORE_CHILD";
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>
    /// Prepares a store of the data set, acknowledging as often as it can; prints a line when it begins and one when it is
    /// done.
    /// </summary>
    public static ChildProcess Prepare(string data, string cache, int size) => Start("prepare", data, cache, size);

    /// <summary>Opens a store for writing and holds it; prints a line when it has it.</summary>
    public static ChildProcess Hold(string cache, int size) => Start("hold", "", cache, size);

    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static ChildProcess Start(string work, string data, string cache, int size)
    {
        string program = Environment.ProcessPath!, library = typeof(ChildProcess).Assembly.Location;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(program, isHost ? [library] : [])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment[Variable] = string.Join('\n', work, data, cache, size.ToString(CultureInfo.InvariantCulture));
        return new(Process.Start(start)!);
    }

#pragma warning disable CA2255 // The worker must not become a test run: it is told apart before the program's entry point.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void BecomeWorker()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('\n') is not [var work, var data, var cache, var size])
            return;
        StoreLayout layout = new(int.Parse(size, CultureInfo.InvariantCulture));
        if (work == "hold")
        {
            using StoreWriter? writer = StoreWriter.TryOpen(SystemFiles.Instance, Path.Combine(cache, layout.FolderName), layout);
            Console.WriteLine(writer is null ? "refused" : "held");
            Console.In.ReadLine();
            Environment.Exit(0);
        }

        DataSetIndex index = DataSetIndex.Read(data);
        Console.WriteLine("begun");
        StoreBuilder.Prepare(index, cache, layout, new() { ChunkTime = TimeSpan.Zero });
        Console.WriteLine("done");
        Environment.Exit(0);
    }
}

using System.Diagnostics;
using System.Text.Json;

namespace ChestXray.Model.Benchmarks;

/// <summary>Runs the peers' scripts, which travel inside this library, under the system's Python where there is one.</summary>
internal static class PeerScript
{
    private const string SystemPython = "/usr/bin/python3";
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The system's, or the one that CHESTXRAY_PYTHON names: a borrowed machine's PyTorch may belong to another.
    /// </summary>
    public static string Python =>
        Environment.GetEnvironmentVariable("CHESTXRAY_PYTHON") is { Length: > 0 } named ? named : SystemPython;

    public static PeerResult Run(string script, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (!File.Exists(Python))
            return new([], [], [$"all peers of {script}: there is no {Python}"]);
        using Stream source = typeof(PeerScript).Assembly.GetManifestResourceStream(script)
            ?? throw new InvalidOperationException($"The script {script} is not inside this library.");
        string file = Path.Combine(Path.GetTempPath(), $"chestxray-{Guid.NewGuid():N}.py");
        try
        {
            using (FileStream copy = File.Create(file))
                source.CopyTo(copy);
            return Parse(script, Execute([file, .. arguments], cancellation));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (int Code, string Output, string Error) Execute(
        IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using CancellationTokenRegistration stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        if (!process.WaitForExit(_limit))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>One JSON object: peer name to `version` and `rates`, or to `absent` with the reason.</summary>
    private static PeerResult Parse(string script, (int Code, string Output, string Error) run)
    {
        if (run.Code != 0)
            return new([], [], [$"all peers of {script}: it ended with code {run.Code}: {run.Error.Trim().Split('\n')[^1]}"]);
        Dictionary<string, double[]> rates = [];
        Dictionary<string, string> versions = [];
        List<string> absent = [];
        using JsonDocument document = JsonDocument.Parse(run.Output);
        foreach (JsonProperty peer in document.RootElement.EnumerateObject())
        {
            if (peer.Value.TryGetProperty("absent", out JsonElement reason))
            {
                absent.Add($"{peer.Name}: {reason.GetString()}");
                continue;
            }

            rates[peer.Name] = [.. peer.Value.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];
            versions[peer.Name] = peer.Value.GetProperty("version").GetString() ?? "";
        }

        return new(rates, versions, absent);
    }
}

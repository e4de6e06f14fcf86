using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// Another program that stays and does one timed pass at a word, so that its passes alternate with ours: on a machine whose
/// speed drifts, only neighbours compare.
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process? _process;

    private PeerProcess(Process? process) => _process = process;

    /// <summary>Peers that are here, with their versions.</summary>
    public Dictionary<string, string> Versions { get; } = [];

    /// <summary>Peers that are not, a sentence each.</summary>
    public List<string> Absent { get; } = [];

    /// <summary>Starts a script of ours under the system's Python.</summary>
    /// <param name="script">Its name inside this library.</param>
    /// <param name="folder">Where it may lie for as long as it runs.</param>
    /// <param name="environment">A variable that the script reads, or null.</param>
    /// <param name="arguments">The script's.</param>
    public static PeerProcess Start(
        string script, string folder, (string Name, string Value)? environment, IEnumerable<string> arguments)
    {
        if (!File.Exists(PeerScript.Python))
            return new(null) { Absent = { $"all peers of {script}: there is no {PeerScript.Python}" } };
        string path = Path.Combine(folder, script);
        using (Stream source = typeof(PeerProcess).Assembly.GetManifestResourceStream(script)!)
        using (FileStream copy = File.Create(path))
            source.CopyTo(copy);
        ProcessStartInfo start = new(PeerScript.Python, [path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (environment is { } variable)
            start.Environment[variable.Name] = variable.Value;
        PeerProcess peer = new(Process.Start(start)!);
        peer.ReadVersions(script);
        return peer;
    }

    /// <summary>Starts a program that speaks as our scripts do.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static PeerProcess Start(string program, IEnumerable<string> arguments)
    {
        if (!File.Exists(program))
            return new(null) { Absent = { $"{Path.GetFileName(program)}: there is no {program}" } };
        PeerProcess peer = new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
        peer.ReadVersions(Path.GetFileName(program));
        return peer;
    }

    /// <summary>One pass of a peer; its rate.</summary>
    public double Run(string peer)
    {
        _process!.StandardInput.WriteLine(peer);
        _process.StandardInput.Flush();
        return double.Parse(_process.StandardOutput.ReadLine()
            ?? throw new JobException($"The peer {peer} ended early."), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
    }

    private void ReadVersions(string script)
    {
        if (_process!.StandardOutput.ReadLine() is not { } line)
        {
            Absent.Add($"all peers of {script}: it ended at once");
            return;
        }

        using JsonDocument document = JsonDocument.Parse(line);
        foreach (JsonProperty peer in document.RootElement.EnumerateObject())
        {
            if (peer.Value.TryGetProperty("absent", out JsonElement reason))
                Absent.Add($"{peer.Name}: {reason.GetString()}");
            else
                Versions[peer.Name] = peer.Value.GetProperty("version").GetString() ?? "";
        }
    }
}

using System.Reflection;
using System.Runtime.InteropServices;

namespace ChestXray.Model.Jobs;

/// <summary>What a run was computed with.</summary>
internal static class Software
{
    /// <summary>Name and version; this program's carries the commit that it was built from, where the build knew it.</summary>
    public static IReadOnlyDictionary<string, string> Versions { get; } = new Dictionary<string, string>
    {
        ["ChestXray"] = Version(typeof(Software)),
        [".NET"] = Environment.Version.ToString(),
        ["TorchSharp"] = Version(typeof(TorchSharp.torch)),
        ["ScottPlot"] = Version(typeof(ScottPlot.Plot)),
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
    };

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? type.Assembly.GetName().Version?.ToString() ?? "unknown";
}

namespace ChestXray.Model;

/// <summary>What machine a figure was measured on.</summary>
public static class Machine
{
    /// <summary>The processor's own name, or what the system tells where it has none.</summary>
    public static string Processor { get; } = ReadProcessor();

    private static string ReadProcessor()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString() : line[(
            line.IndexOf(':') + 1)..].Trim();
    }
}

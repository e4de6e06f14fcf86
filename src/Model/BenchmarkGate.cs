using System.Text.Json;

namespace ChestXray.Model;

/// <summary>
/// Holds a benchmark's metrics against checked-in bounds. Only deterministic counts and ratios of one run are bounded.
/// </summary>
public static class BenchmarkGate
{
    /// <summary>Compares.</summary>
    /// <param name="path">
    /// `perf-baselines.json`: metric name to `{ "min": number, "max": number }`, either may be missing.
    /// </param>
    /// <param name="report">What was measured; bounds of other suites, and of peers that were absent, are passed over.</param>
    /// <returns>A sentence for each bound of this suite that does not hold; empty where all hold.</returns>
    /// <exception cref="JobException">The file can't be read, or none of its bounds was measured by this suite.</exception>
    public static IReadOnlyList<string> Compare(string path, BenchmarkReport report)
    {
        List<string> broken = [];
        int compared = 0;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonProperty bound in document.RootElement.EnumerateObject())
            {
                if (!report.Metrics.TryGetValue(bound.Name, out double value))
                    continue;
                compared++;
                if (bound.Value.TryGetProperty("min", out JsonElement min) && !(value >= min.GetDouble()))
                    broken.Add($"{bound.Name} is {value:0.###}: at least {min.GetDouble():0.###} is required.");
                if (bound.Value.TryGetProperty("max", out JsonElement max) && !(value <= max.GetDouble()))
                    broken.Add($"{bound.Name} is {value:0.###}: at most {max.GetDouble():0.###} is allowed.");
            }
        }
        catch (Exception error) when (
            error is IOException or JsonException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new JobException($"The baselines {path} can't be used: {error.Message}", error);
        }

        return compared > 0 ? broken : throw new JobException(
            $"{path} bounds nothing that the suite {report.Suite} measures ({string.Join(", ", report.Metrics.Keys)}).");
    }
}

using System.Globalization;
using System.Text;
using ChestXray.Model.Jobs;

namespace ChestXray.Model;

/// <summary>What a benchmark measured on this machine.</summary>
/// <param name="Suite">`decode`, `loader`, `kernels` or `step`.</param>
/// <param name="Input">What it ran on.</param>
/// <param name="Checks">What was checked before anything was timed, a sentence each.</param>
/// <param name="Rows">The timed lines, ours and the peers'.</param>
/// <param name="Metrics">Figures that a gate may hold: `suite.name`, deterministic counts and ratios of this run.</param>
/// <param name="Absent">Peers that could not run, with the reason.</param>
public sealed record BenchmarkReport(
    string Suite, string Input, IReadOnlyList<string> Checks, IReadOnlyList<BenchmarkRow> Rows, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<string> Absent)
{
    /// <summary>What the figures say, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A page with all of it.</summary>
    public string ToMarkdown()
    {
        StringBuilder page = new();
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"# {Suite}\n\n{Machine.Processor}, {Environment.ProcessorCount} processors. {Input}\n");
        List(page, "Checked", Checks);
        if (Rows.Count > 0)
            page.AppendLine("| | median | lowest | highest | |\n|---|---|---|---|---|");
        foreach (BenchmarkRow row in Rows)
        {
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {row.Median:#,0.0} | {row.Lowest:#,0.0} | {row.Highest:#,0.0} | {row.Unit} |");
        }

        page.AppendLine();
        List(page, "Figures", [.. Metrics.Select(metric => FormattableString.Invariant($"{metric.Key}: {metric.Value:0.####}"))]);
        List(page, "Notes", Notes);
        List(page, "Absent", Absent);
        return page.ToString();
    }

    /// <summary>The document that `--json` prints.</summary>
    public string ToJson() => JobJson.Write(new
    {
        suite = Suite,
        machine = new { processor = Machine.Processor, processors = Environment.ProcessorCount },
        input = Input,
        checks = Checks,
        rows = Rows,
        metrics = Metrics,
        notes = Notes,
        absent = Absent,
    });

    private static void List(StringBuilder page, string title, IReadOnlyList<string> sentences)
    {
        if (sentences.Count == 0)
            return;
        page.AppendLine(CultureInfo.InvariantCulture, $"## {title}\n");
        foreach (string sentence in sentences)
            page.AppendLine(CultureInfo.InvariantCulture, $"- {sentence}");
        page.AppendLine();
    }
}

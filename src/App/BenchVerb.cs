using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`bench`: measures this engine on this machine.</summary>
internal static class BenchVerb
{
    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        Argument<string> suite = new("suite") { Description = string.Join(", ", Benchmark.Suites) };
        suite.AcceptOnlyFromAmong([.. Benchmark.Suites]);
        Option<string?> data = new("--data") { Description = "Folder of a data set (default: made images)" };
        Option<int> repeats = new("--repeats")
        {
            Description = "Timed runs of each row; medians are reported",
            DefaultValueFactory = _ => 7,
        };
        Option<int> threads = new("--threads")
        {
            Description = "Threads where a row uses several (default: one for each processor)",
        };
        Option<int> records = new("--records") { Description = "loader: repeat records up to a store of this size (112120: the whole data set's, 5.6 GB of temporary disk)" };
        Option<bool> noPeers = new("--no-peers") { Description = "Leave other programs out" };
        Option<string?> gate = new("--gate")
        {
            Description = "Compare with the bounds in this file (perf-baselines.json); exit 1 where one is broken",
        };
        Option<string> parts = new("--parts")
        {
            Description = "gpu: letters of the parts to run, as ac (default: all of a to g)",
            DefaultValueFactory = _ => "",
        };
        Option<string?> page = new("--page") { Description = "Write the report to this file, too, as a page of Markdown" };
        Option<bool> json = SharedOptions.Json();
        Command command = new("bench", "Measure this engine on this machine: correctness first, then medians, the limit or the peer beside our figure")
        {
            suite, data, repeats, threads, records, noPeers, gate, parts, page, json,
        };
        command.SetAction(parsed =>
        {
            Terminal terminal = new(error, error, json: true);
            BenchmarkReport report = Benchmark.Run(
                parsed.GetRequiredValue(suite),
                new(parsed.GetValue(data), parsed.GetValue(repeats), parsed.GetValue(threads), !parsed.GetValue(noPeers),
                    parsed.GetValue(records))
                {
                    Parts = parsed.GetRequiredValue(parts),
                }, terminal, stop);
            if (parsed.GetValue(page) is { } file)
                File.WriteAllText(file, report.ToMarkdown());
            if (parsed.GetValue(json))
                output.WriteLine(report.ToJson());
            else
                Print(output, report);
            return parsed.GetValue(gate) is { } path ? Gate(path, report, error) : Program.Done;
        });
        return command;
    }

    private static int Gate(string path, BenchmarkReport report, TextWriter error)
    {
        IReadOnlyList<string> broken = BenchmarkGate.Compare(path, report);
        foreach (string sentence in broken)
            error.WriteLine("Regression: " + sentence);
        if (broken.Count == 0)
            error.WriteLine($"All bounds of {path} on {report.Suite} hold.");
        return broken.Count == 0 ? Program.Done : Program.Failed;
    }

    private static void Print(TextWriter output, BenchmarkReport report)
    {
        output.WriteLine($"{report.Suite} on {Machine.Processor}, {Environment.ProcessorCount} processors: {report.Input}");
        foreach (string check in report.Checks)
            output.WriteLine("checked: " + check);
        output.WriteLine();
        output.WriteLine($"{"",-52}{"median",12}{"lowest",12}{"highest",12}");
        foreach (BenchmarkRow row in report.Rows)
            output.WriteLine($"{row.Name,-52}{row.Median,12:N1}{row.Lowest,12:N1}{row.Highest,12:N1}  {row.Unit}");
        output.WriteLine();
        foreach ((string name, double value) in report.Metrics)
            output.WriteLine($"{name,-52}{value,12:0.###}");
        foreach (string note in report.Notes)
            output.WriteLine(note);
        foreach (string absent in report.Absent)
            output.WriteLine("absent: " + absent);
    }
}

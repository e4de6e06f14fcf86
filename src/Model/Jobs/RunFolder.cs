using ChestXray.Model.Evaluation;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>The folder of one run and the files in it.</summary>
internal sealed class RunFolder
{
    /// <summary>The document of the run.</summary>
    public const string RecordFile = "run.json";

    /// <summary>Beside the weights: probabilities of the test images.</summary>
    public const string TestPredictions = "test-predictions.csv";

    /// <summary>Beside the weights: probabilities of the validation images.</summary>
    public const string ValidationPredictions = "validation-predictions.csv";

    /// <summary>The test images' labels and facts, so that a run can be measured where its data are not.</summary>
    public const string TestLabels = "test-labels.csv";

    /// <summary>The same of the validation images.</summary>
    public const string ValidationLabels = "validation-labels.csv";

    private RunFolder(string path) => FullPath = path;

    public string FullPath { get; }

    public string ReportPath => Path.Combine(FullPath, "report.html");

    /// <exception cref="JobException">
    /// It is there already, and the run is not resumed; or it is resumed and not there.
    /// </exception>
    public static RunFolder Open(string path, bool resume)
    {
        string full = Path.GetFullPath(path);
        bool used = Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any();
        if (used && !resume)
            throw new JobException($"The run folder {full} is not empty and no run is ever overwritten: name another with --out, or go on with it by --resume.");
        if (!used && resume)
            throw new JobException(
                $"There is no run in {full} to resume: leave --resume out, or name the run's folder with --out.");
        Directory.CreateDirectory(full);
        return new(full);
    }

    public string LossFolder(LossKind loss) => Path.Combine(FullPath, loss.ToString().ToLowerInvariant());

    public void Write(string name, object document) =>
        File.WriteAllText(Path.Combine(FullPath, name), JobJson.Write(document) + "\n");

    /// <summary>Probabilities beside the weights, labels beside the run's document.</summary>
    public void WritePredictions(LossKind loss, Predictions validation, Predictions test)
    {
        test.WriteCsv(Path.Combine(LossFolder(loss), TestPredictions));
        validation.WriteCsv(Path.Combine(LossFolder(loss), ValidationPredictions));
        LabelFile.Write(Path.Combine(FullPath, TestLabels), test);
        LabelFile.Write(Path.Combine(FullPath, ValidationLabels), validation);
    }

    /// <summary>Everything that was left out, one line each.</summary>
    public void WriteLeftOut(IEnumerable<NamedProblem> problems)
    {
        string[] lines = [.. problems.Select(problem => $"{problem.Kind}\t{problem.Name}\t{problem.Detail}")];
        if (lines.Length > 0)
            File.WriteAllLines(Path.Combine(FullPath, "left-out.tsv"), ["kind\tname\tdetail", .. lines]);
    }
}

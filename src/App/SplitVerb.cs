using System.CommandLine;
using System.Text.Json;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>`split`: patients and images per set, hashes, class weights and augmentation counts of a label file.</summary>
internal static class SplitVerb
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    public static Command Make(TextWriter output)
    {
        Option<string> labels = new("--labels") { Description = "NIH's label file (CSV, plain or gzip)", Required = true };
        SplitSelection selection = new("--seed");
        Option<bool> json = SharedOptions.Json();
        Command command = new("split", "Divide the patients of a label file as the guide does, and print the sets and class weights") { labels, json };
        selection.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(labels);
            LabelTable table = LabelTable.Read(path);
            SplitOptions chosen = selection.Read(parsed);
            SplitSummary summary = SplitSummary.From(PatientSplit.Make(table, chosen), table.Rows);
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(Document(path, chosen, summary), _indented));
            else
                Print(output, summary);
        });
        return command;
    }

    private static void Print(TextWriter output, SplitSummary summary)
    {
        output.WriteLine($"{"",-20}{"train",10}{"validation",12}{"test",10}{"negative",14}{"positive",14}");
        Row("patients", set => set.Patients);
        Row("images", set => set.Images);
        Row("No Finding", set => set.NoFinding);
        for (int i = 0; i < Findings.Count; i++)
        {
            int finding = i;
            Row(Findings.Names[i], set => set.Positives[finding],
                $"{summary.Weights.Negative[i],14:0.000000}{summary.Weights.Positive[i],14:0.000000}");
        }

        output.WriteLine($"An epoch: {summary.StreamLength:N0} samples, {summary.ExtraImages:N0} of them augmented copies.");

        void Row(string name, Func<SplitSummary.Set, int> count, string weights = "") => output.WriteLine(
            $"{name,-20}{count(summary.Sets[SplitSet.Train]),10:N0}{count(summary.Sets[SplitSet.Validation]),12:N0}{count(summary.Sets[SplitSet.Test]),10:N0}{weights}");
    }

    /// <summary>The schema of the reference split that the tests hold this against.</summary>
    private static Dictionary<string, object> Document(string path, SplitOptions chosen, SplitSummary summary) => new()
    {
        ["source"] = path,
        ["hashing"] = "sha256 of the items joined by a single line feed, no trailing line feed",
        [chosen.Official ? "official_split" : "guide_split"] = new Dictionary<string, object>
        {
            ["random_state"] = chosen.Seed,
            ["test_size"] = chosen.TestSize,
            ["val_size_of_rest"] = chosen.ValidationSize,
            ["sets"] = new Dictionary<string, object>
            {
                ["train"] = Set(summary.Sets[SplitSet.Train]),
                ["val"] = Set(summary.Sets[SplitSet.Validation]),
                ["test"] = Set(summary.Sets[SplitSet.Test]),
            },
            ["class_weights"] = Findings.Names.Select((name, i) => new Dictionary<string, object>
            {
                ["disease"] = name,
                ["negative"] = summary.Weights.Negative[i],
                ["positive"] = summary.Weights.Positive[i],
            }).ToArray(),
            ["augmentation"] = new Dictionary<string, object>
            {
                ["under_represented"] = GuideAugmentation.Listed,
                ["extra_images"] = summary.ExtraImages,
                ["stream_length"] = summary.StreamLength,
                ["images_by_number_of_listed_labels"] =
                    summary.ImagesByPasses.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            },
        },
    };

    private static Dictionary<string, object> Set(SplitSummary.Set set) => new()
    {
        ["patients"] = set.Patients,
        ["images"] = set.Images,
        ["patient_ids_in_order_sha256"] = set.PatientHash,
        ["sorted_file_names_sha256"] = set.FileHash,
        ["first_patient_ids"] = set.FirstPatients,
        ["positives"] = Findings.Names.Zip(set.Positives).ToDictionary(pair => pair.First, pair => pair.Second),
        ["no_finding"] = set.NoFinding,
    };
}

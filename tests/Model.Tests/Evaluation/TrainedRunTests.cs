using System.Text.Json.Nodes;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Evaluation;

public sealed class TrainedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_is_measured_again_from_what_it_keeps()
    {
        TrainedRun run = TrainedRun.Open(RunFolderSample.Write(_folder.Path, "run"), draws: 100);

        Predictions test = RunFolderSample.Make(0, 0.3, 0), validation = RunFolderSample.Make(5000, 0.3, 0);
        TrainedModel weighted = run.Models[0];
        Assert.Equal(["weighted", "plain"], run.Models.Select(model => model.Loss));
        Assert.Equal(Evaluator.Evaluate(test, new() { BootstrapDraws = 100 }).MeanRocAucInterval, weighted.Result.MeanRocAucInterval);
        Assert.Equal("fixed", weighted.Result.ThresholdSource);
        Assert.Equal(["half", "validation", "prevalence"], weighted.Result.OperatingPoints.Keys);
        Assert.Equal(
            ChosenThresholds.HighestF1(validation).Values,
            weighted.Result.OperatingPoints["validation"].PerDisease.Values.Select(point => point.Threshold!.Value));
        Assert.Equal(0.05, weighted.Result.OperatingPoints["prevalence"].PerDisease["Atelectasis"].Threshold!.Value, 1e-12);
        Assert.NotEmpty(weighted.Result.Subgroups);
        Assert.DoesNotContain(weighted.Result.Warnings, warning => warning.Contains("threshold", StringComparison.Ordinal));
    }

    [Fact]
    public void The_improved_recipe_is_measured_at_the_thresholds_of_its_validation_set()
    {
        TrainedRun run = TrainedRun.Open(RunFolderSample.Write(_folder.Path, "run", recipe: "improved"), draws: 0);
        Assert.All(run.Models, model => Assert.Equal("validation", model.Result.ThresholdSource));
    }

    [Fact]
    public void Its_document_and_page_hold_models_pairs_and_the_losses_equivalence()
    {
        TrainedRun run = TrainedRun.Open(RunFolderSample.Write(_folder.Path, "run"), draws: 100);
        JsonNode document = JsonNode.Parse(run.ToJson())!;
        Assert.Equal(run.Models[1].Result.MeanRocAuc, document["models"]!["plain"]!["mean_roc_auc"]!.GetValue<double>());
        Assert.NotNull(document["paired_roc_auc"]!["mean"]!["interval"]!["low"]);
        Assert.InRange(document["loss_equivalence"]!["agreement_at_prevalence"]!.GetValue<double>(), 0.2, 0.99);
        Assert.Equal(64, document["test_set_sha256"]!.GetValue<string>().Length);
        string page = HtmlReport.Render(run.Report());
        Assert.Contains("ChestXray run run", page);
        Assert.Contains("was not recorded", page);
    }

    [Fact]
    public void A_folder_that_is_no_run_or_not_a_whole_one_is_named_with_a_way_out()
    {
        Assert.Contains("train --out", Assert.Throws<JobException>(() => TrainedRun.Open(_folder.Path)).Message);
        string cut = RunFolderSample.Write(_folder.Path, "cut"), older = RunFolderSample.Write(_folder.Path, "older"),
            none = RunFolderSample.Write(_folder.Path, "none");
        File.WriteAllText(Path.Combine(cut, "run.json"), "{\"models\": {");
        File.Delete(Path.Combine(older, "test-labels.csv"));
        File.WriteAllText(Path.Combine(none, "run.json"), "{\"models\": {}}");
        Assert.Contains("is damaged", Assert.Throws<JobException>(() => TrainedRun.Open(cut)).Message);
        Assert.Contains("score --predictions", Assert.Throws<JobException>(() => TrainedRun.Open(older)).Message);
        Assert.Contains("--resume", Assert.Throws<JobException>(() => TrainedRun.Open(none)).Message);
    }

    [Fact]
    public void A_run_without_validation_predictions_has_no_chosen_thresholds()
    {
        string folder = RunFolderSample.Write(_folder.Path, "run", recipe: "improved");
        File.Delete(Path.Combine(folder, "validation-labels.csv"));
        EvaluationResult result = TrainedRun.Open(folder, draws: 0).Models[0].Result;
        Assert.Equal(["half", "prevalence"], result.OperatingPoints.Keys);
        Assert.Equal("fixed", result.ThresholdSource);
    }

    [Fact]
    public void Labels_written_beside_a_run_read_back_whole()
    {
        RunFolderSample.Write(_folder.Path, "run");
        LabelTable table = LabelTable.Read(Path.Combine(_folder.Path, "run", "test-labels.csv"));
        Predictions expected = RunFolderSample.Make(0, 0.3, 0);
        for (int row = 0; row < expected.Count; row++)
        {
            ImageFacts facts = expected.Images![row];
            LabelRow found = table.Rows[row];
            Assert.Equal((facts.Name, facts.PatientId, facts.Age, facts.Sex, facts.View),
                (found.FileName, found.PatientId, found.Age, found.Sex, found.View));
            Assert.All(Enumerable.Range(0, Findings.Count),
                finding => Assert.Equal(expected.Labels(finding)[row], found.Has(finding)));
        }
    }

    [Fact]
    public void Weights_give_the_prevalence_that_they_were_made_from()
    {
        ClassWeights weights = ClassWeights.From(1000, [.. Enumerable.Range(0, Findings.Count).Select(i => i * 70)]);
        double[] shares = Model.Jobs.RunEvaluation.Prevalence(weights)!;
        Assert.All(Enumerable.Range(0, Findings.Count), i => Assert.Equal(i * 0.07, shares[i], 1e-12));
    }
}

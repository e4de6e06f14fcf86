using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Reporting;

/// <summary>
/// A made-up run: 14 findings of different prevalence, two models that order alike and differ in their threshold.
/// </summary>
internal static class SampleReport
{
    public static readonly double[] Prevalence = [.10, .025, .04, .02, .12, .02, .015, 0, .18, .05, .06, .03, .012, .045];

    private static readonly byte[] _jpeg = Jpeg();

    public static ReportData Make(bool isPhantom, int images = 600, bool withPlain = true)
    {
        List<TrainedModel> models = [Model("weighted", images, index => 0.5)];
        if (withPlain)
            models.Add(Model("plain", images, index => Math.Max(Prevalence[index], .005)));
        int[] positives = [.. Prevalence.Select(share => (int)(share * images))];
        return new()
        {
            Title = "ChestXray run <1> & \"2\"",
            IsPhantom = isPhantom,
            Made = new(2026, 1, 31, 12, 30, 0, TimeSpan.Zero),
            DataSource = "600 made-up probabilities, for a test of the page.",
            Split = "Patients were dealt at random (seed 0): 64 / 16 / 20 %.",
            Sets = [new("train", 900, 1800, 1000, positives), new("validation", 300, 600, 320, positives),
                new("test", 300, images, 330, positives)],
            Models = models,
            IsOfficialSplit = false,
            Paired = withPlain ? ModelComparison.OfAreas(models[0].Test, models[1].Test, 200) : null,
            Equivalence = withPlain ? LossEquivalence.Of(models[0].Test, models[1].Test, Prevalence, 200) : null,
            Samples = [new("Mass", "found", "00000001_000.png", .87, "Mass|Nodule", _jpeg),
                new("Mass", "false alarm", "00000002_000.png", .8, "No Finding", _jpeg)],
            Software = [new("ChestXray", "0.0.1")],
            Hashes = [new("label file", "0123456789abcdef")],
            TrainingPrevalence = Prevalence,
            Notes = ["Hernia has no training image."],
            Options = [new("epochs", "6"), new("batch size", "32"), new("device", "cpu <2 cores>")],
            Machine = [new("processor", "made up"), new("memory", "24 GiB")],
            Figures = [new("training", "123 images/s"), new("peak memory", "812 MiB")],
        };
    }

    private static byte[] Jpeg()
    {
        using SkiaSharp.SKBitmap bitmap = new(128, 128);
        using SkiaSharp.SKData data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 80);
        return data.ToArray();
    }

    private static TrainedModel Model(string loss, int images, Func<int, double> middle)
    {
        Random random = new(11);
        int count = Findings.Count;
        double[] probabilities = new double[images * count];
        byte[] labels = new byte[images * count];
        for (int i = 0; i < probabilities.Length; i++)
        {
            int finding = i % count;
            labels[i] = (byte)(random.NextDouble() < Prevalence[finding] ? 1 : 0);
            double score = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5 +
                labels[i] * (0.3 + 0.05 * finding);
            double odds = middle(finding) / (1 - middle(finding)) * Math.Exp(2.5 * (score - 0.15));
            probabilities[i] = odds / (1 + odds);
        }

        ImageFacts[] facts = [.. Enumerable.Range(0, images).Select(i => new ImageFacts(
            $"{i / 2:D8}_{i % 2:D3}.png", i / 2, 5 + i / 2 * 7 % 85, i % 8 < 4 ? 'F' : 'M', i % 3 == 0 ? "AP" : "PA"))];
        Predictions test = Predictions.From<double, byte>(Findings.Names, probabilities, labels, facts);
        ChosenThresholds chosen =
            ChosenThresholds.Given(ChosenThresholds.Validation, [.. Prevalence.Select((_, i) => Math.Min(.9, 1.4 * middle(i)))]);
        EvaluationOptions options = new()
        {
            BootstrapDraws = 200,
            Subgroups = true,
            AlsoAt = [chosen, ChosenThresholds.AtPrevalence(Prevalence)],
        };
        return new(loss, History(loss == "weighted" ? 9.7 : 0.69), 4, test, Evaluator.Evaluate(test, options));
    }

    private static EpochMetrics[] History(double loss) =>
    [
        .. Enumerable.Range(0, 6).Select(epoch => new EpochMetrics(
            epoch, 1e-3 * Math.Pow(.95, epoch),
            new(loss * Math.Pow(.9, epoch), .6 + .03 * epoch, .1 + .02 * epoch, .5 + .05 * epoch, .55 + .04 * epoch),
            new(loss * (Math.Pow(.92, epoch) + .02 * (epoch % 3)), .58 + .03 * epoch, .1 + .015 * epoch, .5 + .04 * epoch, .53 +
                .035 * epoch),
            12.5, 140)),
    ];
}

using System.Globalization;
using System.Text;

namespace ChestXray.Model.Evaluation;

/// <summary>scikit-learn's `classification_report` of a multilabel indicator, `zero_division` 0, two digits.</summary>
internal static class ClassificationReport
{
    /// <summary>The four averages.</summary>
    /// <param name="rows">The findings' own scores at those thresholds.</param>
    /// <param name="all">The counts of all findings together.</param>
    /// <param name="images">Precision, recall and F1 by image, as <see cref="Images"/> gives them.</param>
    public static ReportAverages Averages(IReadOnlyList<ClassScores> rows, ThresholdCounts all, double[][] images)
    {
        long support = all.Scores.Support;
        double[] means = [.. images.Select(values => NumpySum.Of(values) / values.Length)];
        return new(
            all.Scores, Mean(rows, support, _ => 1), Mean(rows, support, row => row.Support),
            new(means[0], means[1], means[2], support));
    }

    /// <summary>The text, with a line feed after every line.</summary>
    public static string Text(IReadOnlyList<string> findings, IReadOnlyList<ClassScores> rows, ReportAverages averages)
    {
        int width = Math.Max("weighted avg".Length, findings.Max(name => name.Length));
        StringBuilder text = new();
        text.Append(' ', width).Append("  precision    recall  f1-score   support\n\n");
        for (int i = 0; i < findings.Count; i++)
            Append(text, width, findings[i], rows[i]);
        text.Append('\n');
        Append(text, width, "micro avg", averages.Micro);
        Append(text, width, "macro avg", averages.Macro);
        Append(text, width, "weighted avg", averages.Weighted);
        Append(text, width, "samples avg", averages.Samples);
        return text.ToString();
    }

    /// <summary>
    /// Two decimals of the exact binary value, a tie to the even digit, as Python formats; .NET rounds ties away from zero.
    /// </summary>
    internal static string TwoDigits(double value)
    {
        double whole = Math.Floor(value * 100);
        double rest = Math.FusedMultiplyAdd(value, 100, -(whole + 0.5));
        double rounded = rest > 0 || (rest == 0 && whole % 2 != 0) ? whole + 1 : whole;
        return string.Create(CultureInfo.InvariantCulture, $"{(int)rounded / 100}.{(int)rounded % 100:D2}");
    }

    private static void Append(StringBuilder text, int width, string name, ClassScores row) => text
        .Append(name.PadLeft(width))
        .Append(TwoDigits(row.Precision).PadLeft(11)).Append(TwoDigits(row.Recall).PadLeft(10))
            .Append(TwoDigits(row.F1).PadLeft(10))
        .Append(row.Support.ToString(CultureInfo.InvariantCulture).PadLeft(10)).Append('\n');

    /// <summary>A mean of the findings' scores.</summary>
    public static ClassScores Mean(IReadOnlyList<ClassScores> rows, long support, Func<ClassScores, double> weight)
    {
        double[] weights = [.. rows.Select(weight)];
        double whole = NumpySum.Of(weights);
        double Of(Func<ClassScores, double> score) =>
            whole == 0 ? 0 : NumpySum.Of([.. rows.Select((row, i) => score(row) * weights[i])]) / whole;
        return new(Of(row => row.Precision), Of(row => row.Recall), Of(row => row.F1), support);
    }

    /// <summary>Precision, recall and F1 of each image on its own findings; 0 where not defined.</summary>
    public static double[][] Images(Predictions predictions, ReadOnlySpan<double> thresholds)
    {
        int count = predictions.Count;
        int[] hits = new int[count], called = new int[count], present = new int[count];
        for (int finding = 0; finding < thresholds.Length; finding++)
        {
            ReadOnlySpan<double> probabilities = predictions.Probabilities(finding);
            ReadOnlySpan<bool> labels = predictions.Labels(finding);
            for (int i = 0; i < count; i++)
            {
                bool above = probabilities[i] > thresholds[finding];
                called[i] += above ? 1 : 0;
                present[i] += labels[i] ? 1 : 0;
                hits[i] += above && labels[i] ? 1 : 0;
            }
        }

        double[] precision = new double[count], recall = new double[count], f1 = new double[count];
        for (int i = 0; i < count; i++)
        {
            ClassScores one = new ThresholdCounts(hits[i], called[i] - hits[i], present[i] - hits[i], 0).Scores;
            (precision[i], recall[i], f1[i]) = (one.Precision, one.Recall, one.F1);
        }

        return [precision, recall, f1];
    }
}

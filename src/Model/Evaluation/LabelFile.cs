using System.Globalization;

namespace ChestXray.Model.Evaluation;

/// <summary>Labels and facts of predicted images, written as a label file of the data set's own form.</summary>
internal static class LabelFile
{
    /// <summary>Writes it; a column that the images do not fill is left out.</summary>
    /// <param name="path">Overwritten.</param>
    /// <param name="predictions">With image facts.</param>
    public static void Write(string path, Predictions predictions)
    {
        IReadOnlyList<ImageFacts> images = predictions.Images
            ?? throw new InvalidOperationException(
                "These predictions carry no image names, so their labels can't be joined again.");
        bool hasAges = images.All(image => image.Age >= 0);
        using StreamWriter text = new(path) { NewLine = "\n" };
        text.WriteLine($"Image Index,Finding Labels,Patient ID,{(hasAges ? "Patient Age," : "")}Patient Gender,View Position");
        for (int row = 0; row < images.Count; row++)
        {
            ImageFacts image = images[row];
            string age = hasAges ? image.Age.ToString(CultureInfo.InvariantCulture) + "," : "", sex = image.Sex == '\0'
                ? "" : image.Sex.ToString();
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{image.Name},{Labels(predictions, row)},{image.PatientId},{age}{sex},{image.View}"));
        }
    }

    private static string Labels(Predictions predictions, int row)
    {
        string labels = string.Join('|', predictions.Findings.Where((_, finding) => predictions.Labels(finding)[row]));
        return labels.Length == 0 ? Pipeline.Findings.NoFinding : labels;
    }
}

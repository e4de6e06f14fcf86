using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>Puts an inspection's page together.</summary>
internal static class InspectionPage
{
    /// <summary>Writes the page through a temporary file, so that an interrupted inspection leaves no half a page.</summary>
    /// <param name="result">What was found; says where the page goes.</param>
    /// <param name="store">The records, for the pictures.</param>
    public static void Write(InspectionJobResult result, RecordStore store)
    {
        string unfinished = result.PagePath + ".part";
        File.WriteAllText(unfinished, Render(result, store), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(unfinished, result.PagePath, overwrite: true);
    }

    /// <summary>The page as text. It is well-formed XML as well.</summary>
    public static string Render(InspectionJobResult result, RecordStore store)
    {
        Thumbnails thumbnails = new(store);
        string source = $"{result.Tables.Images:N0} images of {result.Tables.Patients:N0} patients in {Path.GetFileName(result.Index.Folder)}, labels from {Path.GetFileName(result.Index.Labels.SourcePath)}";
        PageFrame frame = new($"ChestXray inspection of {Path.GetFileName(result.Index.Folder)}", source, result.IsPhantom,
            result.Made);
        return frame.Render(
        [
            ("overview", "", $"<style>\n{Style()}\n</style>\n{SummarySection.Render(result)}"),
            ("problems", "Problems", ProblemsSection.Render(result, thumbnails)),
            ("findings", "Findings", FindingsSection.Render(result.Tables)),
            ("sets", "The three sets", SetsSection.Render(result)),
            ("together", "Findings together", TogetherSection.Render(result.Tables)),
            ("people", "Age, sex, view", PeopleSection.Render(result.Tables)),
            ("samples", "Sample images", SamplesSection.Render(result, thumbnails)),
            ("augmentation", "Augmentation", AugmentationSection.Render(result, store, thumbnails)),
            ("reliability", "How right are the labels?", ReliabilitySection.Render()),
        ]);
    }

    private static string Style()
    {
        using Stream stream =
            typeof(InspectionPage).Assembly.GetManifestResourceStream("ChestXray.Model.Exploration.Page.inspection.css")
            ?? throw new InvalidOperationException("The page's style is not in this build.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}

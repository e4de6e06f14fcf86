using System.Text;

namespace ChestXray.Pipeline.Phantoms;

/// <summary>The text files beside the images, in the form in which NIH's set ships on Kaggle.</summary>
internal static class LabelFiles
{
    public const string Labels = "Data_Entry_2017.csv";
    public const string TrainAndValidation = "train_val_list.txt";
    public const string Test = "test_list.txt";

    private const string Header = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position," +
        "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]";

    /// <summary>File names with their contents.</summary>
    public static IEnumerable<(string Name, string Text)> Make(PhantomOptions options, IReadOnlyList<PhantomImage> images)
    {
        StringBuilder labels = new(Header + "\n"), others = new(), test = new();
        foreach (PhantomImage image in images)
        {
            labels.Append(Row(image)).Append('\n');
            StringBuilder list = Cohort.IsOfficialTest(options, image.Patient) ? test : others;
            list.Append(image.FileName).Append('\n');
        }

        yield return (Labels, labels.ToString());
        yield return (TrainAndValidation, others.ToString());
        yield return (Test, test.ToString());
    }

    // Film size and spacing are those of NIH's most frequent PA and AP machines.
    private static string Row(PhantomImage image)
    {
        string findings = string.Join('|', Findings.Names.Where((_, i) => image.Has(i)));
        string film = image.FromBehind ? "2992,2991,0.143,0.143" : "2500,2048,0.168,0.168";
        return $"{image.FileName},{(findings.Length == 0 ? Findings.NoFinding : findings)},{image.FollowUp},{image.Patient}," +
            $"{image.Age},{(image.Woman ? 'F' : 'M')},{(image.FromBehind ? "PA" : "AP")},{film}";
    }
}

using System.Globalization;
using ChestXray.Pipeline.Dataset;

namespace ChestXray.Pipeline.Quality;

/// <summary>Checks NIH's lists of training and test images and its boxes, where they lie beside the data.</summary>
internal static class ListChecks
{
    private const double FullSide = 1024, Slack = 1;

    /// <summary>Names patients and images in two sets, images in none, and boxes that can't be right.</summary>
    public static IEnumerable<QualityProblem> Run(DataSetIndex index)
    {
        string folder = Directory.Exists(index.Folder) ? index.Folder : Path.GetDirectoryName(index.Folder)!;
        HashSet<string>? others = ReadNames(folder, "train_val_list.txt"), test = ReadNames(folder, "test_list.txt");
        IEnumerable<QualityProblem> problems = others is null || test is null ? [] : Lists(index, others, test);
        return Find(folder, "BBox_List_2017.csv") is { } boxes ? problems.Concat(Boxes(index, boxes, test)) : problems;
    }

    private static IEnumerable<QualityProblem> Lists(DataSetIndex index, HashSet<string> others, HashSet<string> test)
    {
        Dictionary<int, LabelRow> testPatients = [];
        HashSet<string> rows = [];
        HashSet<int> named = [];
        foreach (LabelRow row in index.Labels.Rows)
        {
            string stem = row.Stem.ToString();
            rows.Add(stem);
            if (test.Contains(stem))
                testPatients.TryAdd(row.PatientId, row);
            if (test.Contains(stem) && others.Contains(stem))
                yield return ProblemKind.About(
                    "image-in-two-lists", row, $"{row.FileName} stands in train_val_list.txt and in test_list.txt.");
            else if (!test.Contains(stem) && !others.Contains(stem))
                yield return ProblemKind.About(
                    "image-in-no-list", row, $"{row.FileName} stands neither in train_val_list.txt nor in test_list.txt.");
        }

        foreach (LabelRow row in index.Labels.Rows)
        {
            if (others.Contains(row.Stem.ToString()) && testPatients.TryGetValue(row.PatientId, out LabelRow tested)
                && named.Add(row.PatientId))
                yield return ProblemKind.About("patient-in-two-sets", row,
                    $"Patient {row.PatientId} has {row.FileName} in train_val_list.txt and {tested.FileName} in test_list.txt.");
        }

        int unknown = others.Concat(test).Count(name => !rows.Contains(name));
        if (unknown > 0)
        {
            string first = others.Concat(test).Where(name => !rows.Contains(name)).Order(StringComparer.Ordinal).First();
            yield return ProblemKind.Make("list-names-unknown", first, null,
                $"{unknown:N0} names of the lists have no row in the label file, first {first}.");
        }
    }

    private static IEnumerable<QualityProblem> Boxes(DataSetIndex index, string path, HashSet<string>? test)
    {
        Dictionary<string, LabelRow> rows = index.Labels.Rows.DistinctBy(row => row.Stem.ToString())
            .ToDictionary(row => row.Stem.ToString());
        int inTest = 0, line = 1;
        HashSet<string> unknownImages = [], unknownFindings = [];
        foreach (string text in ReadLines(path).Skip(1))
        {
            line++;
            string[] fields = text.Split(',');
            double[] box = new double[4];
            if (fields.Length < 6
                || !Enumerable.Range(0, 4).All(
                i => double.TryParse(fields[i + 2], NumberStyles.Float, CultureInfo.InvariantCulture, out box[i])))
            {
                yield return ProblemKind.Make("box-unreadable", $"line {line}", null,
                    $"{path}, line {line} is no box: '{text}'.");
                continue;
            }

            string stem = Path.GetFileNameWithoutExtension(fields[0]), finding = fields[1] == "Infiltrate"
                ? "Infiltration" : fields[1];
            inTest += test?.Contains(stem) == true ? 1 : 0;
            if (box[2] <= 0 || box[3] <= 0 || box[0] < 0 || box[1] < 0 || box[0] + box[2] > FullSide + Slack
                || box[1] + box[3] > FullSide + Slack)
                yield return ProblemKind.Make("box-outside-image", fields[0], null, $"{path}, line {line}: the box of {finding} at ({box[0]:0}, {box[1]:0}), {box[2]:0} x {box[3]:0}, does not lie inside 1024 x 1024.");
            if (Findings.IndexOf(fields[1]) < 0 && unknownFindings.Add(fields[1]))
                yield return ProblemKind.Make("box-finding-unknown", fields[1], null,
                    $"{path} has boxes of '{fields[1]}', which is none of the 14 findings.");
            if (!rows.TryGetValue(stem, out LabelRow row))
                unknownImages.Add(stem);
            else if (Findings.IndexOf(finding) is >= 0 and var column && !row.Has(column))
                yield return ProblemKind.About(
                    "box-finding-not-in-row", row, $"{row.FileName} has a box of {finding}, and its row does not name it.");
        }

        if (unknownImages.Count > 0)
            yield return ProblemKind.Make("box-without-row", unknownImages.Order(StringComparer.Ordinal).First(), null,
                $"{unknownImages.Count:N0} images with boxes have no row in the label file.");
        if (inTest > 0)
            yield return ProblemKind.Make("boxes-in-test", Path.GetFileName(path), null,
                $"{inTest:N0} boxes are of images in the official test set: training with them contaminates it.");
    }

    private static HashSet<string>? ReadNames(string folder, string name) => Find(folder, name) is { } path
        ? [.. ReadLines(path).Select(line => Path.GetFileNameWithoutExtension(line.Trim()))
            .Where(stem => stem.Length > 0)] : null;

    private static string? Find(string folder, string name) =>
        ((string[])[name, name + ".gz"]).Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static List<string> ReadLines(string path)
    {
        try
        {
            using StreamReader reader = new(CompressedFile.Open(path));
            List<string> lines = [];
            while (reader.ReadLine() is { } line)
                lines.Add(line);
            return lines;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataSetException($"{path} can't be read: {error.Message} Fetch it again, or take it away.", error);
        }
    }
}

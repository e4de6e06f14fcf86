using System.Globalization;
using ChestXray.Pipeline;

namespace ChestXray.Model.Evaluation;

/// <summary>Reads the data set's label file for scoring: the one place where scoring touches its form.</summary>
internal static class LabelRows
{
    /// <summary>Labels and facts by file name without extension.</summary>
    /// <exception cref="InvalidDataException">The file is missing, cut off, without a needed column, or holds an unknown finding.</exception>
    public static Dictionary<string, ImageLabels> Read(string path)
    {
        using StreamReader reader = CsvText.Open(path);
        Dictionary<string, ImageLabels> labels = new(StringComparer.Ordinal);
        string[]? header = null;
        foreach ((int line, string[] fields) in CsvText.Rows(reader))
        {
            if (header is null)
            {
                header = [.. fields.Select(Normal)];
                _ = Column(path, header, "Image Index");
                _ = Column(path, header, "Finding Labels");
                _ = Column(path, header, "Patient ID");
                continue;
            }

            ImageLabels row = Row($"{path}, line {line}", header, fields);
            if (!labels.TryAdd(Path.GetFileNameWithoutExtension(row.Facts.Name), row))
                throw new InvalidDataException($"{path}, line {line}: '{row.Facts.Name}' stands in the file twice. Keep one of the two rows.");
        }

        return labels.Count > 0 ? labels : throw new InvalidDataException($"{path} holds no label row: it is empty or cut off.");
    }

    private static ImageLabels Row(string place, string[] header, string[] fields)
    {
        string Field(string name)
        {
            int column = Array.FindIndex(header, field => field == name);
            return column < 0 ? "" : column < fields.Length ? fields[column] : throw new InvalidDataException(
                $"{place} has {fields.Length} fields, too few for the column '{name}': the file is cut off or damaged.");
        }

        string sex = Field("PATIENTGENDER");
        ImageFacts facts = new(
            Field("IMAGEINDEX"), Number(place, "Patient ID", Field("PATIENTID")), Age(Field("PATIENTAGE")),
            sex.Length == 0 ? '\0' : sex[0], Field("VIEWPOSITION"));
        ushort bits = 0;
        foreach (string finding in Field("FINDINGLABELS").Split('|', StringSplitOptions.TrimEntries))
        {
            int index = Findings.IndexOf(finding);
            if (index < 0 && finding != Findings.NoFinding)
            {
                throw new InvalidDataException(
                    $"{place}: '{finding}' is no finding of this data set. Known are {string.Join(", ", Findings.Names)} and {Findings.NoFinding}.");
            }

            bits |= index < 0 ? (ushort)0 : (ushort)(1 << index);
        }

        return new(facts, bits);
    }

    private static int Column(string path, string[] header, string name)
    {
        int column = Array.FindIndex(header, field => field == Normal(name));
        return column >= 0 ? column : throw new InvalidDataException(
            $"{path} has no column '{name}'; it has '{string.Join("', '", header)}'. Give the data set's label file (Data_Entry_2017*.csv).");
    }

    private static string Normal(string name) => name.Replace(" ", "").ToUpperInvariant();

    private static int Age(string text) =>
        int.TryParse(text.TrimEnd('Y'), NumberStyles.None, CultureInfo.InvariantCulture, out int age) ? age : -1;

    private static int Number(string place, string column, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException($"{place}, column '{column}': '{text}' is no whole number.");
}

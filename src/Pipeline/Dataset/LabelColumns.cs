using System.Globalization;
using Sylvan.Data.Csv;

namespace ChestXray.Pipeline.Dataset;

/// <summary>Where the columns stand in one label file; -1 for an optional one that is not there.</summary>
internal readonly record struct LabelColumns(int Name, int Labels, int Patient, int FollowUp, int Age, int Sex, int View)
{
    public static LabelColumns Find(string path, string[] header)
    {
        string[] plain = [.. header.Select(Plain)];
        return new(
            Required("Image Index"), Required("Finding Labels"), Required("Patient ID"),
            Optional("Follow-up #"), Optional("Patient Age"), Math.Max(Optional("Patient Gender"), Optional("Patient Sex")),
            Optional("View Position"));

        int Optional(string name) => Array.IndexOf(plain, Plain(name));

        int Required(string name) => Optional(name) is var column and >= 0
            ? column
            : throw new DataSetException(
                $"The label file {path} has no column '{name}': its header is '{string.Join(',', header)}'. " +
                "Needed are Image Index, Finding Labels and Patient ID, as in NIH's Data_Entry_2017.csv.");
    }

    public LabelRow Parse(string path, int line, CsvDataReader csv)
    {
        string name = Field(csv, Name);
        if (name.Length == 0 || Path.GetFileName(name) != name)
            throw new DataSetException($"{path}, row {line}: '{name}' in column Image Index is no file name.")
            {
                Kind = "bad-name",
            };

        return new(
            name, ParseFindings(path, line, Field(csv, Labels)), ParseNumber(path, line, "Patient ID", Field(csv, Patient)),
            FollowUp < 0 ? -1 : ParseNumber(path, line, "Follow-up #", Field(csv, FollowUp)),
            Age < 0 ? -1 : ParseAge(path, line, Field(csv, Age)),
            Sex < 0 || Field(csv, Sex).Length == 0 ? '\0' : Field(csv, Sex)[0],
            View < 0 ? "" : string.Intern(Field(csv, View)));
    }

    private static ushort ParseFindings(string path, int line, string labels)
    {
        if (labels == Findings.NoFinding)
            return 0;

        int bits = 0;
        foreach (Range part in labels.AsSpan().Split('|'))
        {
            ReadOnlySpan<char> label = labels.AsSpan(part).Trim();
            int finding = Findings.IndexOf(label);
            if (finding < 0)
            {
                bool isContradiction = label.SequenceEqual(Findings.NoFinding);
                throw new DataSetException(
                    $"{path}, row {line}: unknown finding '{label}' in '{labels}'. Known are {string.Join(", ", Findings.Names)}, " +
                    $"joined by '|', or '{Findings.NoFinding}' alone.")
                { Kind = isContradiction ? "contradictory-findings" : "unknown-finding" };
            }

            bits |= 1 << finding;
        }

        return (ushort)bits;
    }

    /// <summary>Years; early releases write `058Y`, and `011M` or `003D` for infants.</summary>
    private static int ParseAge(string path, int line, string text)
    {
        bool younger = text.EndsWith('M') || text.EndsWith('D');
        int number = ParseNumber(path, line, "Patient Age", text.TrimEnd('Y', 'M', 'D'));
        return !younger ? number : text[^1] == 'M' ? number / 12 : number / 365;
    }

    private static int ParseNumber(string path, int line, string column, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new DataSetException($"{path}, row {line}: '{text}' in column {column} is no whole number.")
            {
                Kind = "bad-number",
            };

    private static string Field(CsvDataReader csv, int column) => csv.GetString(column).Trim();

    /// <summary>Copies of the file drop the spaces of its header or change its case.</summary>
    private static string Plain(string name) => name.Replace(" ", "").Replace("_", "").Trim('\uFEFF', '"').ToUpperInvariant();
}

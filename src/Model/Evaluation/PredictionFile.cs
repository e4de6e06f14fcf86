using System.Globalization;

namespace ChestXray.Model.Evaluation;

/// <summary>Reads a CSV of probabilities and joins it with labels by file name.</summary>
internal sealed class PredictionFile
{
    private static readonly string[] _nameColumns = ["Image Index", "ImageIndex", "image_index", "image"];

    private readonly string _path;
    private readonly IReadOnlyList<string> _findings;
    private readonly string[] _header;
    private readonly int _nameColumn;
    private readonly int[] _columns;

    private PredictionFile(string path, IReadOnlyList<string> findings, string[] header)
    {
        _path = path;
        _findings = findings;
        _header = header;
        _nameColumn = Array.FindIndex(header, field => _nameColumns.Contains(field.Trim()));
        _columns = [.. findings.Select(name => Array.FindIndex(header, field => field.Trim() == name))];
        RefuseBadHeader();
    }

    /// <summary>Reads and joins.</summary>
    /// <param name="path">
    /// A CSV file, plain or gzip: `Image Index` and one column per finding, in any order; other columns are passed over.
    /// </param>
    /// <param name="findings">The columns to read, which are the labels' bits in their order.</param>
    /// <param name="labels">By file name without extension.</param>
    /// <param name="labelsPath">For messages.</param>
    /// <exception cref="InvalidDataException">Anything in the file that is not as it must be, with line and value.</exception>
    public static Predictions Read(
        string path, IReadOnlyList<string> findings, Dictionary<string, ImageLabels> labels, string labelsPath)
    {
        using StreamReader reader = CsvText.Open(path);
        PredictionFile? file = null;
        List<ImageFacts> images = [];
        List<double> probabilities = [];
        List<byte> signs = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        foreach ((int line, string[] fields) in CsvText.Rows(reader))
        {
            if (file is null)
            {
                file = new(path, findings, fields);
                continue;
            }

            string name = file.Name(line, fields), stem = Path.GetFileNameWithoutExtension(name);
            if (!lines.TryAdd(stem, line))
                throw new InvalidDataException(
                    $"{path}, line {line}: '{name}' stands in line {lines[stem]} already. Keep one of the two.");
            if (!labels.TryGetValue(stem, out ImageLabels row))
                throw new InvalidDataException(
                    $"{path}, line {line}: the image '{name}' has no row in {labelsPath}. Leave it out, or give its labels.");

            images.Add(row.Facts with { Name = name });
            for (int i = 0; i < findings.Count; i++)
            {
                probabilities.Add(file.Probability(line, fields, i));
                signs.Add((byte)(row.FindingBits >> i & 1));
            }
        }

        return images.Count > 0
            ? Predictions.From<double, byte>(findings, probabilities.ToArray(), signs.ToArray(), images)
            : throw new InvalidDataException($"{path} holds no row of predictions: it is empty or cut off.");
    }

    private string Name(int line, string[] fields)
    {
        if (fields.Length != _header.Length)
        {
            throw new InvalidDataException(
                $"{_path}, line {line} has {fields.Length} fields where the header has {_header.Length}: the file is cut off or damaged.");
        }

        return fields[_nameColumn].Trim();
    }

    private double Probability(int line, string[] fields, int finding)
    {
        string text = fields[_columns[finding]];
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        if (isNumber && value >= 0 && value <= 1)
            return value;

        string problem = !isNumber ? "is no number" : double.IsNaN(value) ? "is not a value" : "is outside 0 to 1";
        throw new InvalidDataException(
            $"{_path}, line {line}, column '{_findings[finding]}': '{text}' {problem}; a probability from 0 to 1 is needed " +
            "(apply the sigmoid to logits).");
    }

    private void RefuseBadHeader()
    {
        if (_nameColumn < 0)
        {
            throw new InvalidDataException(
                $"{_path} has no column 'Image Index' (or {string.Join(", ", _nameColumns[1..])}); its header is '{string.Join("', '", _header)}'.");
        }

        string[] missing = [.. _findings.Where((_, i) => _columns[i] < 0)];
        if (missing.Length > 0)
        {
            throw new InvalidDataException(
                $"{_path} has no column for {string.Join(", ", missing)}. It must have one for each finding, in any order, " +
                $"spelled like the data set's labels; its header is '{string.Join("', '", _header)}'.");
        }

        string? twice = _findings.FirstOrDefault(name => _header.Count(field => field.Trim() == name) > 1);
        if (twice is not null)
            throw new InvalidDataException($"{_path} has the column '{twice}' more than once. Keep one.");
    }
}

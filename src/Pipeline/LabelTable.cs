using System.Text;
using ChestXray.Pipeline.Dataset;
using Sylvan.Data.Csv;

namespace ChestXray.Pipeline;

/// <summary>A label file of NIH ChestX-ray14, in any of the forms in which it circulates. Immutable.</summary>
/// <remarks>
/// Reads the 2017 form, the v2020 form, Kaggle's sample and copies with spaces dropped from the header; plain or gzip. Columns
/// are found by name; those that are not needed are passed over. Source: the data set's own `Data_Entry_2017*.csv`.
/// </remarks>
public sealed class LabelTable
{
    private LabelTable(string path, IReadOnlyList<LabelRow> rows, IReadOnlyList<NamedProblem> problems)
    {
        SourcePath = path;
        Rows = rows;
        Problems = problems;
    }

    /// <summary>The file that was read.</summary>
    public string SourcePath { get; }

    /// <summary>The rows in file order; at least one; file names are unique.</summary>
    public IReadOnlyList<LabelRow> Rows { get; }

    /// <summary>
    /// Rows that stand in the file more than once, word for word; each counts once. Where the file was read for an inspection,
    /// rows that can't be read, too.
    /// </summary>
    public IReadOnlyList<NamedProblem> Problems { get; }

    /// <summary>The patients' numbers in the order of their first row.</summary>
    public int[] PatientsInOrder()
    {
        HashSet<int> seen = [];
        return [.. Rows.Where(row => seen.Add(row.PatientId)).Select(row => row.PatientId)];
    }

    /// <summary>Reads a label file.</summary>
    /// <param name="path">A CSV file, or one packed with gzip.</param>
    /// <exception cref="DataSetException">
    /// The file is missing, empty, cut off, without a needed column, or holds an unknown finding, a number that is none, or a
    /// name twice.
    /// </exception>
    public static LabelTable Read(string path) => Read(path, () => CompressedFile.Open(path));

    /// <summary>Reads a label file from memory.</summary>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="file">The file's bytes, plain or packed with gzip.</param>
    /// <inheritdoc cref="Read(string)" path="/exception"/>
    public static LabelTable Read(string path, byte[] file) => Read(path, () => CompressedFile.Open(new MemoryStream(file)));

    /// <summary>Reads a label file and names its bad rows instead of refusing them.</summary>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="tolerant">Whether a bad row is left out and named.</param>
    /// <inheritdoc cref="Read(string)" path="/exception"/>
    internal static LabelTable Read(string path, Func<Stream> open, bool tolerant = false)
    {
        try
        {
            using TextReader text = new StreamReader(open(), Encoding.UTF8);
            return ReadRows(path, text, tolerant);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw new DataSetException(
                $"The label file {path} can't be read: {error.Message} It looks cut off or is no CSV file.", error);
        }
    }

    private static LabelTable ReadRows(string path, TextReader text, bool tolerant)
    {
        using CsvDataReader csv = Open(path, text);
        string[] header = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetName)];
        LabelColumns columns = LabelColumns.Find(path, header);
        int fields = header.Length - (header[^1].Length == 0 ? 1 : 0);
        List<LabelRow> rows = [];
        List<NamedProblem> problems = [];
        Dictionary<string, (int Line, int Index)> seen = new(StringComparer.Ordinal);
        while (csv.Read())
        {
            int line = csv.RowNumber + 1;
            try
            {
                LabelRow row = ReadRow(path, line, csv, columns, fields);
                if (IsNew(path, line, row, rows, seen, problems))
                    rows.Add(row);
            }
            catch (DataSetException error) when (tolerant && error.Kind is not null)
            {
                string name = columns.Name < csv.RowFieldCount ? csv.GetString(columns.Name).Trim() : "";
                problems.Add(new(error.Kind!, name.Length > 0 ? name : $"row {line}", error.Message));
            }
        }

        return rows.Count > 0
            ? new(path, rows, problems)
            : throw new DataSetException($"The label file {path} has a header and no row: it looks cut off. Fetch it again.");
    }

    private static LabelRow ReadRow(string path, int line, CsvDataReader csv, LabelColumns columns, int fields)
    {
        if (csv.RowFieldCount >= fields)
            return columns.Parse(path, line, csv);
        string found = string.Join(',', Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString));
        throw new DataSetException(
            $"{path}, row {line} has {csv.RowFieldCount} fields where the header has {fields}: '{found}'. " +
            "The file looks cut off or damaged: fetch it again.")
        { Kind = "short-row" };
    }

    private static bool IsNew(
        string path, int line, in LabelRow row, List<LabelRow> rows, Dictionary<string, (int Line, int Index)> seen, List<NamedProblem> problems)
    {
        if (seen.TryAdd(row.FileName, (line, rows.Count)))
            return true;
        (int firstLine, int index) = seen[row.FileName];
        if (rows[index] != row)
        {
            throw new DataSetException(
                $"{path}, row {line}: '{row.FileName}' stands in row {firstLine} already and says something else. Keep the one that is right.")
            { Kind = "contradictory-rows" };
        }

        problems.Add(new("duplicate-row", row.FileName,
            $"{path}, row {line}: '{row.FileName}' stands in row {firstLine} already: it counts once."));
        return false;
    }

    private static CsvDataReader Open(string path, TextReader text)
    {
        try
        {
            return CsvDataReader.Create(text, new CsvDataReaderOptions { Delimiter = ',' });
        }
        catch (CsvMissingHeadersException error)
        {
            throw new DataSetException(
                $"The label file {path} is empty: it should begin with NIH's header (Image Index,Finding Labels,...).", error);
        }
    }
}

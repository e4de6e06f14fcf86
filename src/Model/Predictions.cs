using System.Globalization;
using System.IO.Compression;
using System.Numerics;

namespace ChestXray.Model;

/// <summary>Probabilities and labels of the same images, the input of every measure. Immutable, thread-safe.</summary>
public sealed class Predictions
{
    private readonly double[][] _probabilities;
    private readonly bool[][] _labels;

    private Predictions(IReadOnlyList<string> findings, int count, IReadOnlyList<ImageFacts>? images)
    {
        Findings = findings;
        Count = count;
        Images = images;
        _probabilities = [.. findings.Select(_ => new double[count])];
        _labels = [.. findings.Select(_ => new bool[count])];
    }

    /// <summary>The findings' names by column.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>How many images there are; at least one.</summary>
    public int Count { get; }

    /// <summary>Name, patient, age, sex and view by image; null where nobody gave them.</summary>
    public IReadOnlyList<ImageFacts>? Images { get; }

    /// <summary>The probabilities of one finding by image, each from 0 to 1.</summary>
    /// <param name="finding">The column.</param>
    public ReadOnlySpan<double> Probabilities(int finding) => _probabilities[finding];

    /// <summary>Which images have the finding.</summary>
    /// <param name="finding">The column.</param>
    public ReadOnlySpan<bool> Labels(int finding) => _labels[finding];

    /// <summary>Takes copies of both matrices.</summary>
    /// <typeparam name="TProbability">`float` or `double`.</typeparam>
    /// <typeparam name="TLabel">Any number type.</typeparam>
    /// <param name="findings">The columns' names, each once.</param>
    /// <param name="probabilities">Images x findings, row after row, each from 0 to 1.</param>
    /// <param name="labels">Images x findings, row after row, each 0 or 1.</param>
    /// <param name="images">One entry per image, or null.</param>
    /// <exception cref="ArgumentException">Lengths that do not agree, no image, a finding named twice.</exception>
    /// <exception cref="InvalidDataException">A probability that is NaN or outside 0 to 1, a label other than 0 or 1.</exception>
    public static Predictions From<TProbability, TLabel>(
        IReadOnlyList<string> findings, ReadOnlySpan<TProbability> probabilities, ReadOnlySpan<TLabel> labels,
        IReadOnlyList<ImageFacts>? images = null)
        where TProbability : IFloatingPoint<TProbability>
        where TLabel : INumber<TLabel>
    {
        int columns = findings.Count;
        if (columns == 0 || findings.Distinct().Count() != columns)
            throw new ArgumentException($"Findings are named '{string.Join("', '", findings)}': give each a name of its own.",
                nameof(findings));
        if (probabilities.Length == 0 || probabilities.Length % columns != 0 || labels.Length != probabilities.Length)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities and {labels.Length} labels of {columns} findings: " +
                "both must be images x findings, with at least one image.", nameof(probabilities));
        }

        int count = probabilities.Length / columns;
        if (images is not null && images.Count != count)
            throw new ArgumentException($"{images.Count} images are named for {count} rows of probabilities.", nameof(images));

        Predictions made = new(findings, count, images);
        for (int i = 0; i < probabilities.Length; i++)
        {
            made.Set(i / columns, i % columns, double.CreateChecked(probabilities[i]), double.CreateChecked(labels[i]));
        }

        return made;
    }

    /// <summary>The rows that a test picks, in their order.</summary>
    /// <param name="rows">Positions of images, at least one.</param>
    internal Predictions Subset(IReadOnlyList<int> rows)
    {
        Predictions made = new(Findings, rows.Count, Images is null ? null : [.. rows.Select(row => Images[row])]);
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                made._probabilities[finding][i] = _probabilities[finding][rows[i]];
                made._labels[finding][i] = _labels[finding][rows[i]];
            }
        }

        return made;
    }

    /// <summary>Writes the file that the verb `score` reads: `Image Index`, then one column per finding.</summary>
    /// <param name="path">Overwritten; packed with gzip where it ends in `.gz`.</param>
    /// <exception cref="InvalidOperationException">The images have no names.</exception>
    public void WriteCsv(string path)
    {
        if (Images is null)
            throw new InvalidOperationException(
                "These predictions carry no image names, so nobody could join them with labels again.");

        using Stream file = File.Create(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionLevel.Optimal) : file;
        using StreamWriter text = new(stream) { NewLine = "\n" };
        text.WriteLine("Image Index," + string.Join(',', Findings));
        for (int row = 0; row < Count; row++)
        {
            text.Write(Images[row].Name);
            foreach (double[] column in _probabilities)
            {
                text.Write(',');
                text.Write(column[row].ToString("R", CultureInfo.InvariantCulture));
            }

            text.WriteLine();
        }
    }

    private void Set(int row, int column, double probability, double label)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new InvalidDataException(
                $"{Place(row, column)}: the probability is {probability}; it must be from 0 to 1. Apply the sigmoid to logits.");
        }

        if (label is not (0 or 1))
            throw new InvalidDataException($"{Place(row, column)}: the label is {label}; it must be 0 or 1.");

        _probabilities[column][row] = probability;
        _labels[column][row] = label == 1;
    }

    private string Place(int row, int column) =>
        $"row {row}{(Images is null ? "" : $" ({Images[row].Name})")}, {Findings[column]}";
}

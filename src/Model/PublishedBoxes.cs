using System.Globalization;
using System.IO.Compression;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Boxes that radiologists drew around findings: NIH's `BBox_List_2017.csv`, 984 of them. Immutable.</summary>
public static class PublishedBoxes
{
    /// <summary>Width and height of the images that they were drawn in.</summary>
    public const int Side = 1024;

    /// <summary>Reads the list.</summary>
    /// <param name="path">CSV, plain or gzip: image, finding, left, top, width, height.</param>
    /// <returns>By the image's name without extension: finding's column and box in pixels of 1024 x 1024.</returns>
    /// <exception cref="InvalidDataException">A line that is no box; the message names it.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static ILookup<string, (int Finding, double Left, double Top, double Width, double Height)> Read(string path)
    {
        List<(string Stem, (int, double, double, double, double) Box)> boxes = [];
        using Stream file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(plain);
        reader.ReadLine();
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            string[] cells = line.Split(',');
            // The list calls Infiltration by another word than the label file.
            int finding = cells.Length < 6 ? -1 : Findings.IndexOf(cells[1] == "Infiltrate" ? "Infiltration" : cells[1]);
            double[] numbers = new double[4];
            for (int i = 0; finding >= 0 && i < 4; i++)
            {
                if (!double.TryParse(cells[i + 2], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                    || !double.IsFinite(numbers[i]))
                    finding = -1;
            }

            if (finding < 0 || !(numbers[2] > 0 && numbers[3] > 0))
                throw new InvalidDataException(
                    $"{path}, line {number}: '{line}' is no image, finding, left, top, width and height.");
            boxes.Add((Path.GetFileNameWithoutExtension(cells[0]), (finding, numbers[0], numbers[1], numbers[2], numbers[3])));
        }

        return boxes.ToLookup(entry => entry.Stem, entry => entry.Box, StringComparer.Ordinal);
    }
}

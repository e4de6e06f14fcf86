using System.Text;

namespace ChestXray.Pipeline;

/// <summary>Images that a person or an inspection wants left out, each with its reason. Immutable.</summary>
/// <remarks>
/// As a file: UTF-8, one image a line, its name, a tab, the reason; empty lines and lines that begin with `#` say nothing. An
/// extension is allowed and does not count, as everywhere where names are joined.
/// </remarks>
public sealed class ExclusionList
{
    private readonly Dictionary<string, string> _reasons;

    private ExclusionList(string path, Dictionary<string, string> reasons)
    {
        SourcePath = path;
        _reasons = reasons;
    }

    /// <summary>The file that was read.</summary>
    public string SourcePath { get; }

    /// <summary>How many images it names.</summary>
    public int Count => _reasons.Count;

    /// <summary>The reason why an image is left out; null where the list does not name it.</summary>
    /// <param name="stem">The image's name without extension.</param>
    public string? ReasonFor(string stem) => _reasons.GetValueOrDefault(stem);

    /// <summary>Reads a list.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataSetException">It can't be read, or holds a line that names no image.</exception>
    public static ExclusionList Read(string path)
    {
        try
        {
            Dictionary<string, string> reasons = new(StringComparer.Ordinal);
            string[] lines = File.ReadAllLines(path);
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].Trim().Length == 0 || lines[i].StartsWith('#'))
                    continue;
                string[] parts = lines[i].Split('\t', 2);
                string name = parts[0].Trim(), stem = Path.GetFileNameWithoutExtension(name);
                if (stem.Length == 0 || Path.GetFileName(name) != name)
                    throw new DataSetException(
                        $"{path}, line {i + 1}: '{name}' is no image's name. A line has a file name, a tab and the reason.");
                reasons[stem] = parts.Length > 1 && parts[1].Trim() is { Length: > 0 } reason ? reason : "no reason given";
            }

            return new(Path.GetFullPath(path), reasons);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(
                $"The exclusion list {path} can't be read: {error.Message} `inspect --write-exclusions FILE` makes one.", error);
        }
    }

    /// <summary>
    /// Writes the images that problems ask to leave out, in the order of their names, with all reasons of an image in its line.
    /// </summary>
    /// <param name="path">Overwritten, through a temporary file.</param>
    /// <param name="problems">Those of an inspection; which do not ask for it are passed over.</param>
    /// <returns>How many images the list names.</returns>
    /// <exception cref="DataSetException">The file can't be written.</exception>
    public static int Write(string path, IEnumerable<QualityProblem> problems)
    {
        StringBuilder text = new("# Images to leave out: name, tab, reason. Take out the lines of images that you want to keep; `train --exclude FILE` reads this.\n");
        int count = 0;
        foreach (IGrouping<string, QualityProblem> image in problems.Where(problem => problem.LeaveOut)
            .GroupBy(problem => problem.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string reasons = string.Join("; ", image.Select(problem => $"{problem.Code}: {problem.What}").Distinct());
            text.Append(image.Key).Append('\t').Append(reasons.ReplaceLineEndings(" ").Replace('\t', ' ')).Append('\n');
            count++;
        }

        try
        {
            string full = Path.GetFullPath(path), unfinished = full + ".part";
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(unfinished, text.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(unfinished, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The exclusion list {path} can't be written: {error.Message}", error);
        }

        return count;
    }

    /// <summary>What an index keeps, and each image that it loses by name.</summary>
    internal (IReadOnlyList<IndexedImage> Kept, IReadOnlyList<NamedProblem> Problems) ApplyTo(DataSetIndex index, bool strict)
    {
        List<IndexedImage> kept = new(index.Images.Count);
        List<NamedProblem> problems = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (LabelRow row in index.Labels.Rows)
            known.Add(row.Stem.ToString());
        foreach (NamedProblem problem in index.Problems)
            known.Add(Path.GetFileNameWithoutExtension(problem.Name));
        foreach (IndexedImage image in index.Images)
        {
            if (ReasonFor(image.Label.Stem.ToString()) is { } reason)
                problems.Add(new("excluded", image.Label.FileName,
                    $"{image.Label.FileName} is left out, as {SourcePath} says: {reason}"));
            else
                kept.Add(image);
        }

        string[] unknown = [.. _reasons.Keys.Where(stem => !known.Contains(stem)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0 && (strict || unknown.Length == _reasons.Count))
        {
            throw new DataSetException(
                $"The exclusion list {SourcePath} names {unknown.Length:N0} images that neither {index.Labels.SourcePath} nor {index.Folder} has, first " +
                $"'{unknown[0]}': is it another data set's? Take those lines out, or name the right list with --exclude.");
        }

        problems.AddRange(unknown.Select(stem => new NamedProblem(
            "excluded-unknown", stem, $"{stem} stands in {SourcePath}, and neither {index.Labels.SourcePath} nor {index.Folder} has it: nothing was left out for it.")));
        return kept.Count > 0
            ? (kept, problems)
            : throw new DataSetException(
                $"The exclusion list {SourcePath} names every one of the {index.Images.Count:N0} images: none is left.");
    }
}

using ChestXray.Pipeline.Dataset;

namespace ChestXray.Pipeline;

/// <summary>Which patient is in which set. No patient is in two. Immutable.</summary>
/// <remarks>
/// Both kinds divide the patients of the label file, whatever images are at hand, so that a patient's set does not change when
/// an image is missing. `guide` is scikit-learn's `train_test_split` twice, to the bit; `official` takes NIH's list of test
/// images.
/// </remarks>
public sealed class PatientSplit
{
    private readonly Dictionary<int, SplitSet> _sets = [];

    private PatientSplit(int[] train, int[] validation, int[] test)
    {
        Patients = new Dictionary<SplitSet, IReadOnlyList<int>>
        {
            [SplitSet.Train] = train,
            [SplitSet.Validation] = validation,
            [SplitSet.Test] = test,
        };
        foreach ((SplitSet set, IReadOnlyList<int> patients) in Patients)
        {
            foreach (int patient in patients)
            {
                if (!_sets.TryAdd(patient, set))
                    throw new DataSetException(
                        $"Patient {patient} is in the {_sets[patient]} set and in the {set} set: the split leaks.");
            }
        }
    }

    /// <summary>Each set's patients, in the order in which the split drew them.</summary>
    public IReadOnlyDictionary<SplitSet, IReadOnlyList<int>> Patients { get; }

    /// <summary>The set of a patient of the label file.</summary>
    /// <exception cref="KeyNotFoundException">The label file has no such patient.</exception>
    public SplitSet SetOf(int patient) => _sets[patient];

    /// <summary>Divides the patients of a label file as the options say.</summary>
    /// <exception cref="DataSetException">As <see cref="Guide"/> and <see cref="Official"/>.</exception>
    public static PatientSplit Make(LabelTable labels, SplitOptions options) =>
        options.Official ? Official(labels, options.TestListPath
            ?? ListBeside(labels.SourcePath), options) : Guide(labels, options);

    /// <summary>
    /// The guide's split: patients by first appearance, `train_test_split` for the test set, then for validation.
    /// </summary>
    /// <exception cref="DataSetException">A share out of range, or so few patients that a set stays empty.</exception>
    public static PatientSplit Guide(LabelTable labels, SplitOptions options)
    {
        (int[] rest, int[] test) = Divide(labels.PatientsInOrder(), options.TestSize, options.Seed, "test");
        (int[] train, int[] validation) = Divide(rest, options.ValidationSize, options.Seed, "validation");
        return new(train, validation, test);
    }

    /// <summary>The official split: the listed images are the test set; validation is drawn from the other patients.</summary>
    /// <param name="labels">The label file.</param>
    /// <param name="testListPath">One image name a line, plain or gzip: NIH's `test_list.txt`.</param>
    /// <param name="options">Seed and validation share.</param>
    /// <exception cref="DataSetException">
    /// The list is missing or empty, names no labelled image, or shares a patient with the rest.
    /// </exception>
    public static PatientSplit Official(LabelTable labels, string testListPath, SplitOptions options)
    {
        HashSet<string> listed = ReadList(testListPath);
        HashSet<int> testPatients = [];
        List<int> test = [];
        foreach (LabelRow row in labels.Rows)
        {
            if (listed.Contains(row.Stem.ToString()) && testPatients.Add(row.PatientId))
                test.Add(row.PatientId);
        }

        if (test.Count == 0)
            throw new DataSetException($"None of the {listed.Count:N0} images in {testListPath} has a row in {labels.SourcePath}: is it the right list?");
        foreach (LabelRow row in labels.Rows)
        {
            if (testPatients.Contains(row.PatientId) && !listed.Contains(row.Stem.ToString()))
            {
                throw new DataSetException(
                    $"Patient {row.PatientId} has images in {testListPath} and others, as {row.FileName}, that are not in it: " +
                    "the split would leak. Every image of a patient must be in the list, or none.");
            }
        }

        int[] rest = [.. labels.PatientsInOrder().Where(patient => !testPatients.Contains(patient))];
        (int[] train, int[] validation) = Divide(rest, options.ValidationSize, options.Seed, "validation");
        return new(train, validation, [.. test]);
    }

    /// <summary>scikit-learn's `train_test_split(items, test_size=share, random_state=seed)`.</summary>
    private static (int[] Others, int[] Drawn) Divide(int[] items, double share, uint seed, string set)
    {
        if (!(share > 0 && share < 1))
            throw new DataSetException($"The {set} share is {share}: it must lie between 0 and 1.");
        int drawn = (int)Math.Ceiling(share * items.Length);
        if (drawn >= items.Length)
        {
            throw new DataSetException(
                $"{items.Length} patients can't be divided with a {set} share of {share}: {drawn} would go there and none would be left. " +
                "Use a smaller share or more patients.");
        }

        int[] order = new NumpyLegacyRandom(seed).Permutation(items.Length);
        return ([.. order[drawn..].Select(i => items[i])], [.. order[..drawn].Select(i => items[i])]);
    }

    private static string ListBeside(string labelPath)
    {
        string list = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(labelPath))!, "test_list.txt");
        return !File.Exists(list) && File.Exists(list + ".gz") ? list + ".gz" : list;
    }

    private static HashSet<string> ReadList(string path)
    {
        HashSet<string> stems = new(StringComparer.Ordinal);
        try
        {
            using StreamReader reader = new(CompressedFile.Open(path));
            while (reader.ReadLine() is { } line)
            {
                if (line.Trim() is { Length: > 0 } name)
                    stems.Add(Path.GetFileNameWithoutExtension(name));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataSetException(
                $"The list of test images {path} can't be read: {error.Message} The official split needs NIH's test_list.txt beside the " +
                "label file, or --test-list FILE.", error);
        }

        return stems.Count > 0
            ? stems : throw new DataSetException($"The list of test images {path} is empty: it should name one image a line.");
    }
}

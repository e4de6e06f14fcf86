namespace ChestXray.Pipeline;

/// <summary>What a number of label rows hold, counted by image and by patient. Immutable.</summary>
/// <remarks>A patient has a finding where any of the images counted has it.</remarks>
public sealed class DataSetTables
{
    private static readonly int[] _imageSteps = [1, 2, 3, 5, 10, 20, 50];

    private DataSetTables(IReadOnlyList<LabelRow> rows)
    {
        Dictionary<int, LabelRow[]> patients = rows.GroupBy(row => row.PatientId)
            .ToDictionary(patient => patient.Key, patient => patient.ToArray());
        ushort[] bitsOfPatients =
            [.. patients.Values.Select(own => (ushort)own.Aggregate(0, (bits, row) => bits | row.FindingBits))];
        (Images, Patients) = (rows.Count, patients.Count);
        ushort[] bitsOfImages = [.. rows.Select(row => row.FindingBits)];
        (ByFinding, NoFinding) = (Positives(bitsOfImages, bitsOfPatients),
            new(bitsOfImages.Count(bits => bits == 0), bitsOfPatients.Count(bits => bits == 0)));
        ByFindings = FindingsEach(bitsOfImages, bitsOfPatients);
        TogetherInImages = Together(bitsOfImages);
        TogetherInPatients = Together(bitsOfPatients);
        BySex = Groups(rows, row => row.Sex is 'M' or 'F' ? row.Sex.ToString() : "unknown");
        ByView = Groups(rows, row => row.View.Length > 0 ? row.View : "unknown");
        ByAge = [.. Groups(rows, AgeGroup).Select(group => group with { Name = group.Name.Trim() })];
        ByImagesOfPatient = ImagesOfPatients([.. patients.Values.Select(own => own.Length)]);
        MostImages = patients.Count == 0 ? 0 : patients.Values.Max(own => own.Length);
    }

    /// <summary>How many images, and of how many patients.</summary>
    /// <param name="Images">Images.</param>
    /// <param name="Patients">Patients with at least one of them.</param>
    public readonly record struct Count(int Images, int Patients);

    /// <summary>The images of one kind, and how many of them have each finding.</summary>
    /// <param name="Name">`F`, `AP`, `40 to 49`.</param>
    /// <param name="Size">All of them; a patient counts in each group that an image of his is in.</param>
    /// <param name="Positives">Images with each finding.</param>
    public sealed record Group(string Name, Count Size, IReadOnlyList<int> Positives);

    /// <summary>All images.</summary>
    public int Images { get; }

    /// <summary>All patients.</summary>
    public int Patients { get; }

    /// <summary>Images and patients with each finding, by its column.</summary>
    public IReadOnlyList<Count> ByFinding { get; }

    /// <summary>Images without a finding, and patients without one in any image.</summary>
    public Count NoFinding { get; }

    /// <summary>Images with 0, 1, 2 ... findings, and patients with so many different ones over all their images.</summary>
    public IReadOnlyList<Count> ByFindings { get; }

    /// <summary>Images that have both of two findings, by their columns; on the diagonal those that have the one.</summary>
    public IReadOnlyList<IReadOnlyList<int>> TogetherInImages { get; }

    /// <summary>Patients that have both of two findings in any of their images.</summary>
    public IReadOnlyList<IReadOnlyList<int>> TogetherInPatients { get; }

    /// <summary>By sex: `F`, `M`, `unknown`.</summary>
    public IReadOnlyList<Group> BySex { get; }

    /// <summary>By view: `AP`, `PA`, and what else the file says.</summary>
    public IReadOnlyList<Group> ByView { get; }

    /// <summary>By tens of years; ages above 110 and missing ones are `unknown`.</summary>
    public IReadOnlyList<Group> ByAge { get; }

    /// <summary>
    /// Patients by their number of images: `1`, `2`, `3`, `4 to 5` ..., with the images that they have together.
    /// </summary>
    public IReadOnlyList<(string Name, Count Size)> ByImagesOfPatient { get; }

    /// <summary>The most images of one patient.</summary>
    public int MostImages { get; }

    /// <summary>Counts rows.</summary>
    public static DataSetTables Of(IEnumerable<LabelRow> rows) => new([.. rows]);

    private static Count[] Positives(ushort[] images, ushort[] patients) =>
        [.. Enumerable.Range(0, Findings.Count).Select(finding =>
            new Count(images.Count(bits => (bits >> finding & 1) != 0), patients.Count(bits => (bits >> finding & 1) != 0)))];

    private static Count[] FindingsEach(ushort[] images, ushort[] patients)
    {
        int most = images.Concat(patients).Select(bits => (int)ushort.PopCount(bits)).DefaultIfEmpty().Max();
        return [.. Enumerable.Range(0, most +
            1).Select(count => new Count(images.Count(bits => ushort.PopCount(bits) == count),
            patients.Count(bits => ushort.PopCount(bits) == count)))];
    }

    private static int[][] Together(ushort[] all)
    {
        int[][] counts = [.. Enumerable.Range(0, Findings.Count).Select(_ => new int[Findings.Count])];
        foreach (ushort bits in all)
        {
            for (int a = 0; a < Findings.Count; a++)
            {
                for (int b = 0; (bits >> a & 1) != 0 && b < Findings.Count; b++)
                    counts[a][b] += bits >> b & 1;
            }
        }

        return counts;
    }

    private static Group[] Groups(IReadOnlyList<LabelRow> rows, Func<LabelRow, string> nameOf) =>
    [
        .. rows.GroupBy(nameOf).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Group(
            group.Key, new(group.Count(), group.Select(row => row.PatientId).Distinct().Count()),
            [.. Enumerable.Range(0, Findings.Count).Select(finding => group.Count(row => row.Has(finding)))])),
    ];

    // Padded, so that 100 comes after 90.
    private static string AgeGroup(LabelRow row) =>
        row.Age is < 0 or > 110 ? "unknown" : $"{row.Age / 10 * 10,3} to {row.Age / 10 * 10 + 9}";

    private static (string, Count)[] ImagesOfPatients(int[] sizes)
    {
        List<(string, Count)> groups = [];
        for (int i = 0; i <= _imageSteps.Length; i++)
        {
            int from = i == 0 ? 1 : _imageSteps[i - 1] + 1, to = i < _imageSteps.Length ? _imageSteps[i] : int.MaxValue;
            int[] own = [.. sizes.Where(size => size >= from && size <= to)];
            groups.Add((to == int.MaxValue
                ? $"{from} or more" : from == to ? $"{from}" : $"{from} to {to}", new(own.Sum(), own.Length)));
        }

        return [.. groups];
    }
}

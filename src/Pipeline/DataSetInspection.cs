using System.Diagnostics;
using ChestXray.Pipeline.Dataset;
using ChestXray.Pipeline.Quality;

namespace ChestXray.Pipeline;

/// <summary>Looks for everything that can be wrong with a data set: files, pixels, copies, labels, folders, lists.</summary>
/// <remarks>
/// Works on a prepared store, the same that training uses, so that images are decoded once; what it adds is a read of every
/// file's first bytes and one pass over the records. What it names, and by which rule: docs/data-quality.md.
/// </remarks>
public static class DataSetInspection
{
    /// <summary>Inspects a data set.</summary>
    /// <param name="index">
    /// The images, from <see cref="DataSetIndex.ReadForInspection"/>, as they are known after preparation.
    /// </param>
    /// <param name="store">Their records.</param>
    /// <param name="quarantine">The images that could not be decoded.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="progress">Told the number of records read so far, from the calling thread.</param>
    /// <param name="cancellation">Stops the inspection.</param>
    /// <exception cref="DataSetException">A list or another label file can't be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static InspectionResult Run(
        DataSetIndex index, RecordStore store, IReadOnlyList<QuarantinedImage> quarantine, InspectionOptions? options = null,
        Action<int>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        Dictionary<string, LabelRow> rows = index.Images.DistinctBy(image => image.Label.Stem.ToString())
            .ToDictionary(image => image.Label.Stem.ToString(), image => image.Label);
        List<QualityProblem> problems =
        [
            .. quarantine.Where(image => rows.ContainsKey(image.Name))
                .Select(image => ProblemKind.About(image.Reason, rows[image.Name], $"{image.Path}: {image.Detail}")),
        ];
        Stopwatch watch = Stopwatch.StartNew();
        (IReadOnlyList<(string, int)> forms, List<QualityProblem> headers) =
            HeaderPass.Run(index.Images, store.Layout.Size, options.Threads, cancellation);
        HashSet<string> broken = [.. quarantine.Select(image => image.Name)];
        problems.AddRange(headers.Where(problem => !broken.Contains(Path.GetFileNameWithoutExtension(problem.Name))));
        TimeSpan headerTime = Lap(watch);
        RecordPass pass = RecordPass.Run(index, store, options.Threads, progress, cancellation);
        TimeSpan recordTime = Lap(watch);
        problems.AddRange(PixelChecks.Tones(pass, options));
        (IEnumerable<QualityProblem> orientations, double mirrorSeparation) = PixelChecks.Orientations(pass);
        problems.AddRange(orientations);
        problems.AddRange(DuplicateChecks.Run(pass, store.Layout.Size, out long compared, cancellation));
        problems.AddRange(FolderChecks.Joined(index));
        problems.AddRange(FolderChecks.Run(index));
        problems.AddRange(RowChecks.Run(index.Labels, options));
        problems.AddRange(ReleaseChecks.Run(
            index.Labels, options.OtherLabels.Concat(LabelFileSearch.Beside(index.Labels.SourcePath)).Distinct()));
        problems.AddRange(ListChecks.Run(index));
        return new()
        {
            Problems = problems,
            Images = [.. pass.Images.Select((image, i) => Facts(image.Label, image.Record, pass.Facts[i]))],
            Forms = forms,
            Release = RowChecks.Release(index.Labels),
            MirrorSeparation = mirrorSeparation,
            ComparedPairs = compared,
            HeaderTime = headerTime,
            RecordTime = recordTime,
            SearchTime = Lap(watch),
        };
    }

    private static InspectedImage Facts(in LabelRow label, in StoredRecord record, in PixelFacts facts) =>
        new(label, record.Number, facts.Mean, facts.Deviation, facts.Lowest, facts.Highest, facts.ContentShare);

    private static TimeSpan Lap(Stopwatch watch)
    {
        TimeSpan elapsed = watch.Elapsed;
        watch.Restart();
        return elapsed;
    }
}

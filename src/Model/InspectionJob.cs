using ChestXray.Model.Exploration;
using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Looks at a data set before anything is trained on it: counts, plots, and every problem by name.</summary>
public static class InspectionJob
{
    /// <summary>
    /// Runs it: prepares the store that training uses, passes over it once, and writes the page, the document and the list.
    /// </summary>
    /// <param name="options">What to do.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops between images; what was decoded stays.</param>
    /// <exception cref="DataSetException">No image or no label file at all, or a store that can't be written.</exception>
    /// <exception cref="IOException">The page can't be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static InspectionJobResult Run(
        InspectionJobOptions options, IJobObserver observer, CancellationToken cancellation = default)
    {
        DataSetIndex index = DataSetIndex.ReadForInspection(options.DataFolder, options.LabelPath, options.CacheFolder);
        bool isPhantom = JobTexts.IsPhantom(index);
        if (isPhantom)
            observer.Warn(JobTexts.PhantomBanner);
        observer.Say($"{index.Folder}: {index.Images.Count:N0} images with a row in {Path.GetFileName(index.Labels.SourcePath)} ({index.Labels.Rows.Count:N0} rows).");
        PrepareResult preparation = DecodeStage.Run(index, options.CacheFolder, options.Layout, options.Prepare with { MaxBadShare = 1 }, observer, cancellation);
        index = preparation.Index;
        using RecordStore store = RecordStore.Open(preparation.Folder, options.Layout);
        InspectionResult inspection = Inspect(index, store, preparation, options, observer, cancellation);
        (Dictionary<SplitSet, DataSetTables> sets, string splitWords) = Divide(index, options.Split);
        string folder = Directory.CreateDirectory(Path.GetFullPath(options.OutFolder)).FullName;
        InspectionJobResult result = new()
        {
            IsPhantom = isPhantom,
            Made = DateTimeOffset.Now,
            Index = index,
            Preparation = preparation,
            Inspection = inspection,
            Tables = DataSetTables.Of(index.Images.Select(image => image.Label)),
            Sets = sets,
            SplitWords = splitWords,
            Layout = options.Layout,
            PagePath = Path.Combine(folder, "inspection.html"),
            JsonPath = Path.Combine(folder, "inspection.json"),
            ExclusionPath = options.ExclusionPath is { } path ? Path.GetFullPath(path) : null,
        };
        File.WriteAllText(result.JsonPath, result.ToJson() + "\n");
        if (result.ExclusionPath is not null)
            ExclusionList.Write(result.ExclusionPath, inspection.Problems);
        InspectionPage.Write(result, store);
        InspectionTexts.Close(observer, result);
        return result;
    }

    private static InspectionResult Inspect(
        DataSetIndex index, RecordStore store, PrepareResult preparation, InspectionJobOptions options, IJobObserver observer,
        CancellationToken cancellation)
    {
        using IJobStage stage = observer.Begin("Inspecting", Math.Max(1, store.Count), "images");
        return DataSetInspection.Run(index, store, preparation.Quarantine, options.Inspection, done => stage.Report(done),
            cancellation);
    }

    private static (Dictionary<SplitSet, DataSetTables> Sets, string Words) Divide(DataSetIndex index, SplitOptions options)
    {
        try
        {
            PatientSplit split = PatientSplit.Make(index.Labels, options);
            ILookup<SplitSet, LabelRow> rows = index.Images.Select(image => image.Label)
                .ToLookup(row => split.SetOf(row.PatientId));
            return (
                Enum.GetValues<SplitSet>().ToDictionary(set => set, set => DataSetTables.Of(rows[set])),
                options.Official ? "NIH's official list is the test set; validation was drawn from the other patients."
                    : $"Patients were drawn at random as the guide draws them (seed {options.Seed}).");
        }
        catch (DataSetException error)
        {
            // Too few patients, or lists that leak, must not keep anybody from seeing what is wrong.
            return ([], $"There are no three sets: {error.Message}");
        }
    }
}

using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Preparation of a store, shown as a stage.</summary>
internal static class DecodeStage
{
    public static PrepareResult Run(
        DataSetIndex index, string cache, StoreLayout layout, PrepareOptions options, IJobObserver observer,
        CancellationToken cancellation)
    {
        IJobStage? stage = null;
        bool isWaiting = false;
        try
        {
            return StoreBuilder.Prepare(index, cache, layout, options, progress =>
            {
                if (progress.WaitsForWriter)
                {
                    if (!isWaiting)
                        observer.Warn($"Another process is writing the store {Path.Combine(cache, layout.FolderName)}: waiting for it.");
                    isWaiting = true;
                    return;
                }

                stage ??= observer.Begin("Decoding", progress.Total, "images");
                stage.Report(progress.Done);
            }, cancellation);
        }
        finally
        {
            stage?.Dispose();
        }
    }
}

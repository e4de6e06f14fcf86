using ChestXray.Model.Training;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>One pass of a model over a source: threads fill batches while those before are computed.</summary>
internal static class PredictionPass
{
    /// <summary>The probabilities of every sample of epoch 0, Count x 14.</summary>
    /// <param name="model">Not used by anybody else meanwhile.</param>
    /// <param name="source">The samples.</param>
    /// <param name="threads">Threads that fill batches.</param>
    /// <param name="progress">Hears how many are done; may be null.</param>
    /// <param name="cancellation">Ends after the batch at hand.</param>
    public static float[] Run(
        IImageModel model, IBatchSource source, int threads, IProgress<int>? progress, CancellationToken cancellation)
    {
        float[] all = new float[checked(source.Count * Findings.Count)];
        using BatchRing ring = new(threads + 1, model.BatchSize, source.Size);
        using BatchFeed feed = new(source, ring, 0, 0, threads);
        while (feed.TryTake(out int slot, out int first, out int count))
        {
            cancellation.ThrowIfCancellationRequested();
            model.Infer(ring, slot, count, all.AsSpan(first * Findings.Count, count * Findings.Count));
            feed.Release();
            progress?.Report(first + count);
        }

        return all;
    }
}

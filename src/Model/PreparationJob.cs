using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Builds or completes a store and says how it went: the first part of training, alone.</summary>
public static class PreparationJob
{
    /// <summary>Runs it.</summary>
    /// <param name="data">The data set's folder, zip file or tar file.</param>
    /// <param name="labels">The label file; null looks for it in the folder.</param>
    /// <param name="strict">Whether what does not match is an error.</param>
    /// <param name="cache">Where stores live.</param>
    /// <param name="layout">Size and pixel type.</param>
    /// <param name="options">Threads, tolerance, decoders.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops between images; what was decoded stays.</param>
    /// <param name="exclude">A list of images to leave out; null for none.</param>
    /// <exception cref="DataSetException">The data can't be used, or the store not be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PreparationJobResult Run(
        string data, string? labels, bool strict, string cache, StoreLayout layout, PrepareOptions options, IJobObserver observer,
        CancellationToken cancellation = default, string? exclude = null)
    {
        using MemoryWatch memory = new();
        DataSetIndex index = DataSetIndex.Read(data, labels, strict, cache);
        if (exclude is not null)
            index = index.Except(ExclusionList.Read(exclude));
        JobTexts.Open(observer, index, JobTexts.IsPhantom(index));
        PrepareResult result = DecodeStage.Run(index, cache, layout, options, observer, cancellation);
        index = result.Index;
        JobTexts.Prepared(observer, result);
        StageTable.Show(observer, result);
        memory.Dispose();
        observer.Say($"Peak memory: {memory.PeakOwnedBytes / 1048576.0:0} MiB. Store: {result.Folder}");
        return new(index, result, memory.PeakOwnedBytes);
    }
}

using ChestXray.Pipeline;
using TorchSharp;

namespace ChestXray.Model.Training;

/// <summary>One pass over a source, batch by batch in order, as tensors. Take and Release belong to one thread.</summary>
internal interface IBatchPass : IDisposable
{
    /// <summary>Who waited for whom so far.</summary>
    LoaderReport Report { get; }

    /// <summary>The labels of the batch that was taken, N x 14; until it is released.</summary>
    ReadOnlySpan<float> Labels { get; }

    /// <summary>Waits for the next batch.</summary>
    /// <returns>False after the last one. Otherwise the position of its first sample, and how many it has.</returns>
    bool TryTake(out int first, out int count);

    /// <summary>The images of the batch that was taken, N x 1 x S x S; the caller's to dispose.</summary>
    torch.Tensor Images();

    /// <summary>Gives the batch's place back to be filled again.</summary>
    void Release();
}

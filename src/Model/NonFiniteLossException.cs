namespace ChestXray.Model;

/// <summary>
/// A loss or a gradient became infinite or NaN; the step was not applied. The last checkpoint and the best weights remain.
/// </summary>
public sealed class NonFiniteLossException : Exception
{
    /// <summary>Names the batch.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="first">Position of the batch's first sample in the epoch's order.</param>
    /// <param name="count">Samples of the batch.</param>
    /// <param name="loss">The batch's loss.</param>
    /// <param name="gradientNorm">The norm of its gradients.</param>
    public NonFiniteLossException(int epoch, int first, int count, double loss, double gradientNorm)
        : base($"In epoch {epoch + 1} the samples {first} to {first + count - 1} gave the loss {loss} and the gradient norm {gradientNorm}; "
            + "both must be finite. Nothing was applied: the last checkpoint and the best weights are good. Try a lower --learning-rate.")
    {
        Epoch = epoch;
        First = first;
        Count = count;
    }

    /// <summary>0-based.</summary>
    public int Epoch { get; }

    /// <summary>Position of the batch's first sample in the epoch's order.</summary>
    public int First { get; }

    /// <summary>Samples of the batch.</summary>
    public int Count { get; }
}

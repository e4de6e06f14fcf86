namespace ChestXray.Model;

/// <summary>The two losses that the guide compares.</summary>
public enum LossKind
{
    /// <summary>Binary cross-entropy with class weights: sum over the 14 findings, mean over the batch.</summary>
    Weighted,

    /// <summary>Keras' binary cross-entropy: mean over the 14 findings, mean over the batch.</summary>
    Plain,
}

namespace ChestXray.Pipeline;

/// <summary>One of the three sets of a split.</summary>
public enum SplitSet
{
    /// <summary>Trains the network; statistics and class weights come from it alone.</summary>
    Train,

    /// <summary>Chooses the best epoch.</summary>
    Validation,

    /// <summary>Looked at once, at the end.</summary>
    Test,
}

namespace ChestXray.Kernels;

/// <summary>How the losses of a batch become one number.</summary>
public enum LossReduction
{
    /// <summary>Sum over the classes, mean over the batch: the usual form of a weighted multi-label loss.</summary>
    SumOverClasses,

    /// <summary>Mean over classes and batch: Keras' built-in binary cross-entropy.</summary>
    Mean,
}

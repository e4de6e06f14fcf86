namespace ChestXray.Pipeline;

/// <summary>A split that a run has used on a store, with the statistics that follow from it: one line of the manifest.</summary>
/// <param name="Name">Which split: its kind, seed and shares. A later line of the same name replaces an earlier one.</param>
/// <param name="Train">Images of the training set that have a record.</param>
/// <param name="Validation">Of the validation set.</param>
/// <param name="Test">Of the test set.</param>
/// <param name="Hash">XXH3 (64 bits) of the images' names, set by set.</param>
/// <param name="Mean">Of the training images' resized values before rounding, 0 to 255.</param>
/// <param name="StandardDeviation">Their population deviation.</param>
public sealed record StoredSplit(
    string Name, int Train, int Validation, int Test, ulong Hash, double Mean, double StandardDeviation);

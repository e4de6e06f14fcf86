using System.Globalization;

namespace ChestXray.Pipeline;

/// <summary>How patients are divided into training, validation and test set.</summary>
/// <param name="Seed">scikit-learn's `random_state`, 0 to 2^32 - 1.</param>
/// <param name="TestSize">Share of all patients in the test set, above 0 and below 1. Not used with a test list.</param>
/// <param name="ValidationSize">Share of the other patients in the validation set, above 0 and below 1.</param>
/// <param name="Official">Whether NIH's list of test images makes the test set.</param>
/// <param name="TestListPath">That list, plain or gzip; null: `test_list.txt` (or `.gz`) beside the label file.</param>
public sealed record SplitOptions(
    uint Seed = 0, double TestSize = 0.2, double ValidationSize = 0.26, bool Official = false, string? TestListPath = null)
{
    /// <summary>The split in words, as a store's manifest names it.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{(Official ? "official" : $"guide, test {TestSize}")}, validation {ValidationSize}, seed {Seed}");
}

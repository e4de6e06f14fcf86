namespace ChestXray.Model;

/// <summary>Two models on the same images.</summary>
/// <param name="First">A model's label.</param>
/// <param name="Second">The label of the one that it is held against.</param>
/// <param name="RocAuc">First minus second, by finding and as `mean`.</param>
public sealed record ComparedPair(string First, string Second, IReadOnlyDictionary<string, ModelComparison> RocAuc);

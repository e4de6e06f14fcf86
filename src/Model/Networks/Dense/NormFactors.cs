namespace ChestXray.Model.Networks.Dense;

/// <summary>A batch norm as a x + b.</summary>
/// <param name="Factor">a, by map.</param>
/// <param name="Shift">b, by map.</param>
internal readonly record struct NormFactors(float[] Factor, float[] Shift);

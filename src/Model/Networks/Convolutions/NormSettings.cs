namespace ChestXray.Model.Networks.Convolutions;

/// <summary>How a batch norm works.</summary>
/// <param name="Momentum">The share of a batch's statistics in the running ones.</param>
/// <param name="Epsilon">Added to variances.</param>
internal readonly record struct NormSettings(double Momentum, double Epsilon);

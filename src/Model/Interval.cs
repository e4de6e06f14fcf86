namespace ChestXray.Model;

/// <summary>A 95 % interval by patient bootstrap.</summary>
/// <param name="Low">The 2.5th percentile of the draws.</param>
/// <param name="High">The 97.5th percentile of the draws.</param>
public readonly record struct Interval(double Low, double High);

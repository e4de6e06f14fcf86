namespace ChestXray.Kernels;

/// <summary>What random numbers are a function of: a run, an epoch of it and a record.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Record">The record's number.</param>
public readonly record struct RandomKey(ulong Seed, int Epoch, int Record);

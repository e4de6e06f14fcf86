namespace ChestXray.Model.Gpu;

/// <summary>One launch of the fused pass; all addresses are the device's.</summary>
/// <param name="Records">The first record.</param>
/// <param name="RecordCount">Records at that address.</param>
/// <param name="Plan">What <see cref="Kernels.AugmentPlan"/> wrote.</param>
/// <param name="Samples">Samples of the batch.</param>
/// <param name="IsPlain">What it returned.</param>
/// <param name="Output">Where samples go.</param>
/// <param name="Room">Values that fit there.</param>
internal readonly record struct AugmentCall(
    nint Records, long RecordCount, nint Plan, int Samples, bool IsPlain, nint Output, long Room);

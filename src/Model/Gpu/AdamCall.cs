namespace ChestXray.Model.Gpu;

/// <summary>One launch of the optimiser; addresses on the device, float32.</summary>
/// <param name="Gradients">Read.</param>
/// <param name="Mean">First moments, moved on.</param>
/// <param name="Variance">Second moments, moved on.</param>
/// <param name="Values">Moved on.</param>
/// <param name="Count">Of each.</param>
/// <param name="Alpha">The step's corrected rate.</param>
internal readonly record struct AdamCall(nint Gradients, nint Mean, nint Variance, nint Values, long Count, float Alpha);

namespace ChestXray.Model.Gpu;

/// <summary>One launch of the loss; all addresses are the device's, all values float32.</summary>
/// <param name="Logits">N x 14.</param>
/// <param name="Labels">N x 14.</param>
/// <param name="Gradient">N x 14, written.</param>
/// <param name="Rows">N.</param>
/// <param name="Value">One value, written: the loss.</param>
internal readonly record struct LossCall(nint Logits, nint Labels, nint Gradient, int Rows, nint Value);

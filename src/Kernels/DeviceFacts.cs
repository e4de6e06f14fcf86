namespace ChestXray.Kernels;

/// <summary>What the driver says of a device.</summary>
/// <param name="Card">Its name.</param>
/// <param name="DriverVersion">The newest CUDA version that the driver knows, as 12080 for 12.8; 0 without a GPU.</param>
/// <param name="Capability">The card's compute capability, as 90 for 9.0; 0 without a GPU.</param>
/// <param name="FreeBytes">Memory of the device that nobody has taken.</param>
/// <param name="TotalBytes">Memory of the device.</param>
public sealed record DeviceFacts(string Card, int DriverVersion, int Capability, long FreeBytes, long TotalBytes);

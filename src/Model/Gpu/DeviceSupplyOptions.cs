using ChestXray.Model.Training;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>What a <see cref="DeviceSupply"/> is made for.</summary>
/// <param name="Tier">What the user wants.</param>
/// <param name="Shape">What a batch is.</param>
/// <param name="Type">Of the pixels: float32, float16 or bfloat16.</param>
/// <param name="Device">Where batches lie.</param>
/// <param name="Threads">Threads that plan and gather, from 1.</param>
/// <param name="TrainingBytes">What training is going to take of the device's memory.</param>
/// <param name="PinnedAllowance">Page-locked memory that may be taken.</param>
internal sealed record DeviceSupplyOptions(
    StoreTier Tier, RingShape Shape, ScalarType Type, Device Device, int Threads, long TrainingBytes, long PinnedAllowance)
{
    /// <summary>Of the masks that come with the batches; its features are the shape's.</summary>
    public DropoutMask Dropout { get; init; }
}

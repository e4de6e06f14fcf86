using ChestXray.Kernels;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// Every call that a training step makes to the GPU's driver beside those of the tensor library, in one place, so that their
/// order can be held by a test. What it makes it owns. Used from one thread.
/// </summary>
internal interface IStepDriver : IDisposable
{
    /// <summary>The CUcontext that all calls below work in; 0 without a GPU.</summary>
    nint Context { get; }

    /// <summary>The stream that the tensor library works on.</summary>
    nint TrainingStream { get; }

    /// <summary>The context that owns an address.</summary>
    nint ContextOf(nint address);

    /// <summary>What the device is and has left.</summary>
    DeviceFacts Examine();

    /// <summary>A stream that runs beside the tensor library's.</summary>
    nint MakeStream();

    /// <summary>A mark for streams; its number.</summary>
    int MakeMark();

    /// <summary>Memory of the device.</summary>
    /// <exception cref="DriverException">It is refused.</exception>
    nint AllocateDevice(long bytes);

    /// <summary>Memory of the host that never moves.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="isPageLocked">Whether the driver has to lock it.</param>
    /// <exception cref="DriverException">Locking is refused.</exception>
    nint AllocateHost(int bytes, bool isPageLocked);

    /// <summary>Frees what one of the two above gave.</summary>
    void Free(nint address);

    /// <summary>Compiles the fused pass; its number.</summary>
    /// <param name="options">How records become samples.</param>
    /// <param name="records">The store's pixels.</param>
    /// <param name="samples">float32, float16 or bfloat16.</param>
    /// <param name="largestBatch">Samples at most.</param>
    int LoadAugmentation(AugmenterOptions options, PixelType records, ScalarType samples, int largestBatch);

    /// <summary>Compiles the loss; its number.</summary>
    int LoadLoss(WeightedBceOptions options);

    /// <summary>Compiles Adam; its number.</summary>
    int LoadAdam();

    /// <summary>Starts a copy.</summary>
    void Copy(nint to, nint from, long bytes, nint stream);

    /// <summary>Starts the fused pass.</summary>
    void Augment(int kernel, in AugmentCall call, nint stream);

    /// <summary>Starts the loss.</summary>
    void Loss(int kernel, in LossCall call, nint stream);

    /// <summary>Starts a step of Adam.</summary>
    void Step(int kernel, in AdamCall call, nint stream);

    /// <summary>Marks the end of what a stream was given so far.</summary>
    void Record(int mark, nint stream);

    /// <summary>Lets what a stream is given from now on wait for a mark.</summary>
    void HoldBack(int mark, nint stream);

    /// <summary>Whether a mark is reached; does not wait.</summary>
    bool IsDone(int mark);

    /// <summary>Waits on the host for a mark.</summary>
    void Wait(int mark);

    /// <summary>Waits on the host for all of a stream.</summary>
    void Synchronize(nint stream);
}

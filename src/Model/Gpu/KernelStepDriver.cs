using System.Runtime.InteropServices;
using ChestXray.Kernels;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>The driver calls as they are. Owns all that it makes, and the device.</summary>
/// <param name="device">A GPU in the tensor library's context, or the kernels' simulator.</param>
/// <param name="trainingStream">The tensor library's stream.</param>
internal sealed unsafe class KernelStepDriver(KernelDevice device, nint trainingStream) : IStepDriver
{
    private readonly List<DeviceStream> _streams = [];
    private readonly List<DeviceEvent> _marks = [];
    private readonly List<Action<AugmentCall, nint>> _augmentations = [];
    private readonly List<GpuWeightedBce> _losses = [];
    private readonly List<GpuAdam> _optimisers = [];
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<nint, IDisposable> _memory = [];

    public nint Context => device.CudaContext;

    public nint TrainingStream => trainingStream;

    public nint ContextOf(nint address) => device.ContextOf(address);

    public DeviceFacts Examine() => device.Examine();

    public nint MakeStream()
    {
        _streams.Add(new(device));
        return _streams[^1].Handle;
    }

    public int MakeMark()
    {
        _marks.Add(new(device));
        return _marks.Count - 1;
    }

    public nint AllocateDevice(long bytes)
    {
        DeviceBuffer buffer = new(device, bytes);
        _memory.Add(buffer.Address, buffer);
        return buffer.Address;
    }

    public nint AllocateHost(int bytes, bool isPageLocked)
    {
        if (!isPageLocked)
        {
            HostBlock block = new(bytes);
            _memory.Add(block.Address, block);
            return block.Address;
        }

        PinnedBuffer buffer = new(device, bytes);
        if (device.IsCuda && !buffer.IsPageLocked)
        {
            int code = buffer.DriverCode;
            ((IDisposable)buffer).Dispose();
            throw new DriverException($"cuMemHostRegister of {bytes} bytes", code);
        }

        _memory.Add(buffer.Address, buffer);
        return buffer.Address;
    }

    public void Free(nint address)
    {
        if (_memory.Remove(address, out IDisposable? owner))
            owner.Dispose();
    }

    public int LoadAugmentation(AugmenterOptions options, PixelType records, ScalarType samples, int largestBatch)
    {
        GpuAugmenter augmenter = new(device, options, largestBatch);
        _owned.Add(augmenter);
        _augmentations.Add((records, samples) switch
        {
            (PixelType.U8, ScalarType.Float32) => Launch<byte, float>(augmenter),
            (PixelType.U8, ScalarType.Float16) => Launch<byte, Half>(augmenter),
            (PixelType.U8, ScalarType.BFloat16) => Launch<byte, BFloat16>(augmenter),
            (PixelType.U16, ScalarType.Float32) => Launch<ushort, float>(augmenter),
            (PixelType.U16, ScalarType.Float16) => Launch<ushort, Half>(augmenter),
            (PixelType.U16, ScalarType.BFloat16) => Launch<ushort, BFloat16>(augmenter),
            _ => throw new ArgumentException($"Samples of {samples}: they must be float32, float16 or bfloat16."),
        });
        return _augmentations.Count - 1;
    }

    public int LoadLoss(WeightedBceOptions options)
    {
        _losses.Add(new(device, options));
        return _losses.Count - 1;
    }

    public int LoadAdam()
    {
        _optimisers.Add(new(device));
        return _optimisers.Count - 1;
    }

    public void Copy(nint to, nint from, long bytes, nint stream) => device.Copy(to, from, bytes, stream);

    public void Augment(int kernel, in AugmentCall call, nint stream) => _augmentations[kernel](call, stream);

    public void Loss(int kernel, in LossCall call, nint stream) =>
        _losses[kernel].Run(call.Logits, call.Labels, call.Gradient, call.Rows, call.Value, stream);

    public void Step(int kernel, in AdamCall call, nint stream) => _optimisers[kernel].Run(
        call.Gradients, call.Mean, call.Variance, call.Values, call.Count, call.Alpha, stream);

    public void Record(int mark, nint stream) => _marks[mark].Record(stream);

    public void HoldBack(int mark, nint stream) => _marks[mark].HoldBack(stream);

    public bool IsDone(int mark) => _marks[mark].IsDone();

    public void Wait(int mark) => _marks[mark].Wait();

    public void Synchronize(nint stream) => _streams.Find(made => made.Handle == stream)?.Synchronize();

    public void Dispose()
    {
        foreach (DeviceStream stream in _streams)
            stream.Dispose();
        foreach (IDisposable one in _marks.Concat(_losses.Cast<IDisposable>()).Concat(_optimisers).Concat(_owned).Concat(_memory.Values))
            one.Dispose();
        _marks.Clear();
        _losses.Clear();
        _optimisers.Clear();
        _owned.Clear();
        _memory.Clear();
        _streams.Clear();
        device.Dispose();
    }

    private static Action<AugmentCall, nint> Launch<TRecord, TSample>(GpuAugmenter augmenter)
        where TRecord : unmanaged
        where TSample : unmanaged => (call, stream) => augmenter.Launch<TRecord, TSample>(
            call.Records, call.RecordCount, call.Plan, call.Samples, call.IsPlain, call.Output, call.Room, stream);

    private sealed class HostBlock(int bytes) : IDisposable
    {
        private void* _memory = NativeMemory.AllocZeroed((nuint)bytes);

        public nint Address => (nint)_memory;

        public void Dispose()
        {
            NativeMemory.Free(_memory);
            _memory = null;
        }
    }
}

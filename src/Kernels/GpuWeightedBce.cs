using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels;

/// <summary>
/// <see cref="WeightedBce"/> on a GPU: the loss and its gradient in one pass over device addresses, no copy, no waiting.
/// </summary>
/// <remarks>
/// The same sum from run to run: partial sums in float64, added in one order. Agreement as on the CPU. One instance serves one
/// caller at a time. Dispose it before its device.
/// </remarks>
public sealed class GpuWeightedBce : IDisposable
{
    private const int Group = 64, MostGroups = 64;

    private readonly WeightedBce _loss;
    private readonly Accelerator _accelerator;
    private readonly DeviceStreams _streams;
    private readonly ForeignMemory _logits, _labels, _gradient, _value;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _weights;
    private readonly MemoryBuffer1D<double, Stride1D.Dense> _partial;
    private readonly KernelConfig _single;
    private readonly Action<
        AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<double>, WeightedBceShape> _run;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<float>, double> _sum;
    private bool _disposed;

    /// <summary>Compiles the kernels and puts the weights on the device.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="options">As for the CPU.</param>
    /// <exception cref="ArgumentException">
    /// An option is outside what its documentation allows, or the device is the CPU.
    /// </exception>
    public GpuWeightedBce(KernelDevice device, WeightedBceOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        _loss = new WeightedBce(options);
        _accelerator = device.Require(nameof(WeightedBce));
        _accelerator.Bind();
        _streams = new DeviceStreams(_accelerator);
        (_logits, _labels) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        (_gradient, _value) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        _weights = _accelerator.Allocate1D(_loss.DeviceWeights());
        _partial = _accelerator.Allocate1D<double>(Group * MostGroups);
        _single = new KernelConfig(1, _accelerator is CudaAccelerator ? Group : 2);
        _run = _accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<double>, WeightedBceShape>(
            WeightedBceKernel.Run);
        _sum = _accelerator.LoadKernel<ArrayView<double>, ArrayView<float>, double>(WeightedBceKernel.Sum);
    }

    /// <summary>Starts the loss of a batch on a stream and returns.</summary>
    /// <param name="logits">Device address of rows x Classes floats.</param>
    /// <param name="labels">Device address of as many labels, each from 0 to 1.</param>
    /// <param name="gradient">
    /// Device address of as many floats, which are written: the derivative of the loss by each logit. May be that of the
    /// logits.
    /// </param>
    /// <param name="rows">Samples of the batch, at least 1.</param>
    /// <param name="loss">Device address of one float, which is written: the reduced loss.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream, which is Torch's default, too.</param>
    /// <exception cref="ArgumentException">There are no rows, or too many, or an address is 0; nothing is started.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(nint logits, nint labels, nint gradient, int rows, nint loss, nint stream = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        WeightedBceShape shape = _loss.DeviceShape(rows);
        ArgumentOutOfRangeException.ThrowIfZero(logits);
        ArgumentOutOfRangeException.ThrowIfZero(labels);
        ArgumentOutOfRangeException.ThrowIfZero(gradient);
        ArgumentOutOfRangeException.ThrowIfZero(loss);
        _accelerator.Bind();
        AcceleratorStream queue = _streams.Select(stream);
        bool cuda = _accelerator is CudaAccelerator;
        KernelConfig config = cuda ? new KernelConfig(Math.Min((rows + Group - 1) / Group, MostGroups), Group) : _single;
        long elements = (long)rows * shape.Classes;
        ArrayView<double> partial = _partial.View.SubView(0, config.GridDim.X * config.GroupDim.X);
        _run(
            queue, config, _logits.At<float>(logits, elements), _labels.At<float>(labels, elements), _weights.View, _gradient.At<float>(gradient, elements),
            partial, shape);
        _sum(queue, _single, partial, _value.At<float>(loss, 1), shape.Scale);
    }

    /// <summary>Frees what the instance allocated on the device. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _accelerator.Bind();
        _streams.Dispose();
        _weights.Dispose();
        _partial.Dispose();
        foreach (ForeignMemory memory in new[] { _logits, _labels, _gradient, _value })
            memory.Dispose();
    }
}

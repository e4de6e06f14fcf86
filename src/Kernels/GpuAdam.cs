using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels;

/// <summary>
/// A step of Adam (Kingma and Ba, 2015) over flat buffers on a GPU, in one launch: m += (g - m)(1 - beta1), v += (g^2 - v)(1 -
/// beta2), w -= m alpha / (sqrt(v) + epsilon), as Keras computes it.
/// </summary>
/// <remarks>
/// float32. The caller corrects the rate: alpha = rate sqrt(1 - beta2^t) / (1 - beta1^t). The same bits from run to run. One
/// instance serves one caller at a time. Dispose it before its device.
/// </remarks>
public sealed class GpuAdam : IDisposable
{
    private const int Group = 256, MostGroups = 1024;

    private readonly Accelerator _accelerator;
    private readonly DeviceStreams _streams;
    private readonly ForeignMemory _gradients, _mean, _variance, _values;
    private readonly AdamShape _shape;
    private readonly Action<
        AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AdamShape> _run;
    private bool _disposed;

    /// <summary>Compiles the kernel.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="meanShare">1 - beta1, above 0, at most 1.</param>
    /// <param name="varianceShare">1 - beta2, above 0, at most 1.</param>
    /// <param name="epsilon">Above 0.</param>
    /// <exception cref="ArgumentException">A number outside its range, or the device is the CPU.</exception>
    public GpuAdam(KernelDevice device, float meanShare = 0.1f, float varianceShare = 0.001f, float epsilon = 1e-7f)
    {
        ArgumentNullException.ThrowIfNull(device);
        Require(meanShare, 1, nameof(meanShare));
        Require(varianceShare, 1, nameof(varianceShare));
        Require(epsilon, float.MaxValue, nameof(epsilon));
        _shape = new(meanShare, varianceShare, epsilon, 0);
        _accelerator = device.Require("the tensor library's optimiser");
        _accelerator.Bind();
        _streams = new DeviceStreams(_accelerator);
        (_gradients, _mean) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        (_variance, _values) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        _run = _accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AdamShape>(
            AdamKernel.Run);
    }

    /// <summary>Starts a step on a stream and returns.</summary>
    /// <param name="gradients">Device address of count floats.</param>
    /// <param name="mean">Device address of as many, read and written.</param>
    /// <param name="variance">Device address of as many, read and written.</param>
    /// <param name="values">Device address of as many, read and written.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="alpha">The corrected rate, finite.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream, which is Torch's default, too.</param>
    /// <exception cref="ArgumentException">There are no values, an address is 0, or alpha is not finite; nothing is
    /// started.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(nint gradients, nint mean, nint variance, nint values, long count, float alpha, nint stream = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfZero(gradients);
        ArgumentOutOfRangeException.ThrowIfZero(mean);
        ArgumentOutOfRangeException.ThrowIfZero(variance);
        ArgumentOutOfRangeException.ThrowIfZero(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!float.IsFinite(alpha))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The rate must be finite.");
        _accelerator.Bind();
        KernelConfig config = _accelerator is CudaAccelerator
            ? new((int)Math.Min((count + Group - 1) / Group, MostGroups), Group) : new(1, 2);
        _run(
            _streams.Select(stream), config, _gradients.At<float>(gradients, count), _mean.At<float>(mean, count),
            _variance.At<float>(variance, count), _values.At<float>(values, count), _shape with { Alpha = alpha });
    }

    /// <summary>Frees what the instance holds. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _accelerator.Bind();
        _streams.Dispose();
        foreach (ForeignMemory memory in new[] { _gradients, _mean, _variance, _values })
            memory.Dispose();
    }

    private static void Require(float value, float most, string name)
    {
        if (!(value > 0 && value <= most))
            throw new ArgumentOutOfRangeException(name, value, $"It must be above 0 and at most {most}.");
    }
}

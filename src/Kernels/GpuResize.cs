using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;
using ILGPU;
using ILGPU.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// <see cref="Resize"/> on a GPU, for those who keep full-size records in its memory: from and into device addresses, many
/// images at once. The result is float records that <see cref="GpuAugmenter"/> takes.
/// </summary>
/// <remarks>
/// Within 1e-2 grey levels of the CPU's. One instance serves one caller at a time. Dispose it before its device.
/// </remarks>
public sealed class GpuResize : IDisposable
{
    private readonly Accelerator _accelerator;
    private readonly DeviceStreams _streams;
    private readonly ForeignMemory _source, _output;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<float>, ResizeShape> _bilinear,
        _antialias;
    private bool _disposed;

    /// <summary>Compiles the kernels.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <exception cref="ArgumentException">The device is the CPU.</exception>
    public GpuResize(KernelDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _accelerator = device.Require(nameof(Resize));
        _accelerator.Bind();
        _streams = new DeviceStreams(_accelerator);
        (_source, _output) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        _bilinear = _accelerator.LoadKernel<ArrayView<byte>, ArrayView<float>, ResizeShape>(ResizeKernel.Bilinear);
        _antialias = _accelerator.LoadKernel<ArrayView<byte>, ArrayView<float>, ResizeShape>(ResizeKernel.Antialias);
    }

    /// <summary>Starts <see cref="Resize.Bilinear"/> of many images on a stream and returns.</summary>
    /// <param name="source">Device address of <paramref name="images"/> x height x width x channels bytes.</param>
    /// <param name="images">Images, 1 to 65,535.</param>
    /// <param name="height">Rows of the source, at most 32,767.</param>
    /// <param name="width">Columns of the source, at most 32,767.</param>
    /// <param name="channels">Values of one pixel, 1 to 4.</param>
    /// <param name="destination">Device address of the floats.</param>
    /// <param name="room">Floats that fit there.</param>
    /// <param name="outputHeight">Rows of the result, at most 32,767.</param>
    /// <param name="outputWidth">Columns of the result, at most 32,767.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream, which is Torch's default, too.</param>
    /// <exception cref="ArgumentException">
    /// A number is out of range, or the destination too small; nothing is started.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Bilinear(
        nint source, int images, int height, int width, int channels, nint destination, long room, int outputHeight,
        int outputWidth, nint stream = 0) =>
        Launch(_bilinear, source, new(images, height, width, channels, outputHeight, outputWidth), destination, room, stream);

    /// <summary>Starts <see cref="Resize.Antialias"/> of many images on a stream and returns.</summary>
    /// <inheritdoc cref="Bilinear"/>
    public void Antialias(
        nint source, int images, int height, int width, int channels, nint destination, long room, int outputHeight,
        int outputWidth, nint stream = 0) =>
        Launch(_antialias, source, new(images, height, width, channels, outputHeight, outputWidth), destination, room, stream);

    /// <summary>Frees what the instance holds. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _accelerator.Bind();
        _streams.Dispose();
        _source.Dispose();
        _output.Dispose();
    }

    private void Launch(
        Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<float>, ResizeShape> kernel, nint source,
        ResizeShape shape, nint destination,
        long room, nint stream)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Side(shape.Images, ushort.MaxValue, "images");
        Side(shape.Channels, 4, "channels");
        Side(shape.Height, short.MaxValue, "height");
        Side(shape.Width, short.MaxValue, "width");
        Side(shape.OutputHeight, short.MaxValue, "outputHeight");
        Side(shape.OutputWidth, short.MaxValue, "outputWidth");
        long bytes = (long)shape.Images * shape.Height * shape.Width * shape.Channels;
        long floats = (long)shape.Images * shape.OutputHeight * shape.OutputWidth * shape.Channels;
        if (room < floats)
            throw new ArgumentException($"The destination has {room} floats; {floats} are needed.", nameof(destination));
        ArgumentOutOfRangeException.ThrowIfZero(source);
        ArgumentOutOfRangeException.ThrowIfZero(destination);
        _accelerator.Bind();
        kernel(
            _streams.Select(stream), WarpLauncher.Config(_accelerator, shape.OutputWidth, shape.OutputHeight, shape.Images),
            _source.At<byte>(source, bytes), _output.At<float>(destination, floats), shape);
    }

    private static void Side(int value, int largest, string name)
    {
        if (value < 1 || value > largest)
            throw new ArgumentException($"{name} is {value}; allowed is 1 to {largest}.", name);
    }
}

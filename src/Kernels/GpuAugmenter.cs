using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels;

/// <summary>
/// The fused pass on a GPU: as <see cref="CpuAugmenter"/>, from records in the GPU's memory into memory there, both owned by the caller
/// (tensors of TorchSharp, for example) and given as addresses.
/// </summary>
/// <remarks>
/// Float32 like the CPU's pass; bilinear within 1e-2 grey levels of the float64 specification, nearest exact. One instance serves one caller
/// at a time. Dispose it before its device.
/// </remarks>
public sealed class GpuAugmenter : IDisposable
{
    private const int GroupX = 64, GroupY = 4, MostGroups = 65_535;

    private readonly CpuAugmenterOptions _options;
    private readonly Accelerator _accelerator;
    private readonly WarpShape _shape;
    private readonly ForeignMemory _records, _output;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _numbers;
    private readonly MemoryBuffer1D<FixedMatrix, Stride1D.Dense> _matrices;
    private readonly FixedMatrix[] _fixed;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<int>, ArrayView<FixedMatrix>, ArrayView<Float4>, WarpShape>? _four;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<int>, ArrayView<FixedMatrix>, ArrayView<float>, WarpShape> _one;
    private AcceleratorStream _stream;
    private nint _streamHandle;
    private bool _disposed;

    /// <summary>Compiles the kernels and allocates what a batch's numbers and matrices take on the device.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="options">As for the CPU; <see cref="CpuAugmenterOptions.Simd"/> and <see cref="CpuAugmenterOptions.Threads"/> have no say here.</param>
    /// <param name="largestBatch">Samples of the largest batch, 1 to 65,535.</param>
    /// <exception cref="ArgumentException">An option or the batch is out of range, or the device is the CPU.</exception>
    public GpuAugmenter(KernelDevice device, CpuAugmenterOptions options, int largestBatch)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        _accelerator = device.Accelerator
            ?? throw new ArgumentException($"The device is {device.Name} ({device.Reason}): use {nameof(CpuAugmenter)} there.", nameof(device));
        if (largestBatch is < 1 or > MostGroups)
            throw new ArgumentException($"largestBatch is {largestBatch}; allowed is 1 to {MostGroups}.", nameof(largestBatch));
        _options = WarpChecks.Complete(options);
        _shape = new WarpShape(_options);
        _stream = _accelerator.DefaultStream;
        _accelerator.Bind();
        (_records, _output) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        _numbers = _accelerator.Allocate1D<int>(largestBatch);
        _matrices = _accelerator.Allocate1D<FixedMatrix>(largestBatch);
        _fixed = new FixedMatrix[largestBatch];
        _one = _accelerator.LoadKernel<ArrayView<byte>, ArrayView<int>, ArrayView<FixedMatrix>, ArrayView<float>, WarpShape>(WarpKernel.One);
        if (_options.Interpolation == Interpolation.Bilinear && _options.Border != Border.Wrap && _options.OutputWidth % 4 == 0)
            _four = _accelerator.LoadKernel<ArrayView<byte>, ArrayView<int>, ArrayView<FixedMatrix>, ArrayView<Float4>, WarpShape>(WarpKernel.Four);
    }

    /// <summary>Starts a batch on a stream and returns; the stream's owner waits for it.</summary>
    /// <param name="records">Device address of <paramref name="count"/> records.</param>
    /// <param name="count">Records at that address.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">The matrix of each sample.</param>
    /// <param name="destination">Device address of the output.</param>
    /// <param name="room">Floats at that address.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream, which is Torch's default, too.</param>
    /// <exception cref="ArgumentException">A length is wrong, a record does not exist or a matrix is degenerate; nothing is started.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(
        nint records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, nint destination, long room, nint stream = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        WarpChecks.Batch(_options, count, numbers, matrices, [], room);
        if (numbers.Length > _fixed.Length)
            throw new ArgumentException($"{numbers.Length} samples; this instance was made for at most {_fixed.Length}.", nameof(numbers));
        if (numbers.IsEmpty)
            return;
        ArgumentOutOfRangeException.ThrowIfZero(records);
        ArgumentOutOfRangeException.ThrowIfZero(destination);
        _accelerator.Bind();
        Select(stream);
        Upload(numbers, matrices);
        Launch(records, count, numbers.Length, destination);
    }

    /// <summary>Frees what the instance allocated on the device. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _accelerator.Bind();
        if (_streamHandle != 0)
            _stream.Dispose();
        _numbers.Dispose();
        _matrices.Dispose();
        _records.Dispose();
        _output.Dispose();
    }

    private void Select(nint handle)
    {
        if (handle == _streamHandle)
            return;
        if (_accelerator is not CudaAccelerator cuda)
            throw new ArgumentException($"The stream is {handle}; only CUDA devices have streams, use 0.", nameof(handle));
        if (_streamHandle != 0)
            _stream.Dispose();
        _stream = handle == 0 ? cuda.DefaultStream : cuda.CreateStream(handle, responsible: false);
        _streamHandle = handle;
    }

    private void Upload(ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices)
    {
        for (int i = 0; i < matrices.Length; i++)
            _fixed[i] = FixedMatrix.From(matrices[i]);
        ReadOnlySpan<FixedMatrix> fixedMatrices = _fixed.AsSpan(0, matrices.Length);
        _numbers.View.SubView(0, numbers.Length).CopyFromCPU(_stream, numbers);
        _matrices.View.SubView(0, numbers.Length).CopyFromCPU(_stream, fixedMatrices);
    }

    private void Launch(nint records, long count, int samples, nint destination)
    {
        ArrayView<byte> source = _records.At<byte>(records, count * _options.SourceHeight * _options.SourceWidth);
        ArrayView<int> numbers = _numbers.View.SubView(0, samples);
        ArrayView<FixedMatrix> matrices = _matrices.View.SubView(0, samples);
        long pixels = (long)samples * _options.OutputHeight * _options.OutputWidth;

        // A vector store needs a 16-byte address; a slice of a tensor may not have one.
        if (_four is not null && destination % 16 == 0)
            _four(_stream, Config(_options.OutputWidth / 4, samples), source, numbers, matrices, _output.At<Float4>(destination, pixels / 4), _shape);
        else
            _one(_stream, Config(_options.OutputWidth, samples), source, numbers, matrices, _output.At<float>(destination, pixels), _shape);
    }

    private KernelConfig Config(int columns, int samples)
    {
        if (_accelerator is not CudaAccelerator)
            return new KernelConfig(new Index3D(1, 1, 1), new Index3D(2, 1, 1));
        Index3D groups = new((columns + GroupX - 1) / GroupX, Math.Min((_options.OutputHeight + GroupY - 1) / GroupY, MostGroups), samples);
        return new KernelConfig(groups, new Index3D(GroupX, GroupY, 1));
    }
}

using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;
using ILGPU;
using ILGPU.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// The fused pass on a GPU: as <see cref="CpuAugmenter"/>, from records in the GPU's memory into memory there, both owned by
/// the caller (tensors of TorchSharp or a <see cref="DeviceBuffer"/>, for example) and given as addresses. A <see
/// cref="PinnedBuffer"/> can be either, too.
/// </summary>
/// <remarks>
/// Bilinear within 1e-2 of 255 grey levels of the float64 specification, nearest exact. One instance serves one caller at a
/// time. Dispose it before its device.
/// </remarks>
public sealed class GpuAugmenter : IDisposable
{
    private const int MostSamples = 65_535, Kinds = 3, Laps = 8, FewSamples = 4096;

    private readonly AugmenterOptions _options;
    private readonly Accelerator _accelerator;
    private readonly DeviceStreams _streams;
    private readonly ForeignMemory _records, _output, _plan;
    private readonly AugmentPlan _planner;
    private readonly PlanUpload _upload;
    private readonly int _largestBatch;
    private readonly WarpLauncher?[] _launchers = new WarpLauncher?[Kinds * Kinds];
    private Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<byte>, ArrayView<WarpSample>, WarpShape>? _masks;
    private bool _disposed;

    /// <summary>
    /// Allocates what a batch's numbers, matrices and tones take on the device. Kernels are compiled when a type is first used.
    /// </summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="options">
    /// As for the CPU; <see cref="AugmenterOptions.Simd"/> and <see cref="AugmenterOptions.Threads"/> have no say here.
    /// </param>
    /// <param name="largestBatch">Samples of the largest batch, 1 to 65,535.</param>
    /// <exception cref="ArgumentException">An option or the batch is out of range, or the device is the CPU.</exception>
    public GpuAugmenter(KernelDevice device, AugmenterOptions options, int largestBatch)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        _accelerator = device.Require(nameof(CpuAugmenter));
        if (largestBatch is < 1 or > MostSamples)
            throw new ArgumentException($"largestBatch is {largestBatch}; allowed is 1 to {MostSamples}.", nameof(largestBatch));
        _options = WarpChecks.Complete(options);
        _accelerator.Bind();
        _streams = new DeviceStreams(_accelerator);
        (_records, _output) = (new ForeignMemory(_accelerator), new ForeignMemory(_accelerator));
        (_plan, _planner) = (new ForeignMemory(_accelerator), new AugmentPlan(_options));
        _largestBatch = largestBatch;
        _upload = new PlanUpload(device, largestBatch <= FewSamples ? Laps : 2, largestBatch);
    }

    /// <summary>Starts a batch on a stream and returns; the stream's owner waits for it.</summary>
    /// <typeparam name="TRecord"><c>byte</c>, <c>ushort</c> or <c>float</c>.</typeparam>
    /// <typeparam name="TSample"><c>float</c>, <see cref="System.Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="records">Device address of <paramref name="count"/> records.</param>
    /// <param name="count">Records at that address.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">The matrix of each sample.</param>
    /// <param name="destination">Device address of the output.</param>
    /// <param name="room">Values that fit at that address.</param>
    /// <param name="tones">The tone of each sample; none leaves them alone.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream, which is Torch's default, too.</param>
    /// <exception cref="ArgumentException">
    /// A type is none of those, a length is wrong, a record does not exist, a matrix is degenerate or a tone out of range;
    /// nothing is started.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run<TRecord, TSample>(
        nint records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, nint destination, long room,
        ReadOnlySpan<Tone> tones = default, nint stream = 0)
        where TRecord : unmanaged
        where TSample : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        (RecordKind from, OutputKind to) = (ElementKinds.Record<TRecord>(), ElementKinds.Output<TSample>());
        WarpChecks.Batch(_options, count, numbers, matrices, tones, room, SampleValues);
        if (!Begin(numbers.Length, records, destination))
            return;
        nint plan = _upload.Write(_planner, count, numbers, matrices, tones, stream, out bool isPlain);
        Start(from, to, records, count, plan, numbers.Length, isPlain, destination, stream);
        _upload.Used(stream);
    }

    /// <summary>
    /// Starts a batch whose plan lies on the device already: one launch and nothing else, no copy, no allocation, no waiting.
    /// </summary>
    /// <typeparam name="TRecord"><c>byte</c>, <c>ushort</c> or <c>float</c>.</typeparam>
    /// <typeparam name="TSample"><c>float</c>, <see cref="System.Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="records">Device address of <paramref name="count"/> records.</param>
    /// <param name="count">Records at that address: as many as the plan was written for.</param>
    /// <param name="plan">Device address of what <see cref="AugmentPlan.Write"/> wrote; a multiple of 256.</param>
    /// <param name="samples">Samples of the plan.</param>
    /// <param name="isPlain">What <see cref="AugmentPlan.Write"/> returned.</param>
    /// <param name="destination">Device address of the output.</param>
    /// <param name="room">Values that fit at that address.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream, which is Torch's default, too.</param>
    /// <exception cref="ArgumentException">A type is none of those, there is no room, or the plan's address is odd.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Launch<TRecord, TSample>(
        nint records, long count, nint plan, int samples, bool isPlain, nint destination, long room, nint stream = 0)
        where TRecord : unmanaged
        where TSample : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        (RecordKind from, OutputKind to) = (ElementKinds.Record<TRecord>(), ElementKinds.Output<TSample>());
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WarpChecks.Room(samples, room, SampleValues);
        if (plan == 0 || plan % AugmentPlan.Alignment != 0)
            throw new ArgumentException($"The plan lies at {plan:x}; its address must be a multiple of {AugmentPlan.Alignment}.",
                nameof(plan));
        if (Begin(samples, records, destination))
            Start(from, to, records, count, plan, samples, isPlain, destination, stream);
    }

    /// <summary>Starts moving masks of bytes, as <see cref="CpuAugmenter.RunMasks"/>, and returns.</summary>
    /// <param name="masks">Device address of <paramref name="count"/> masks of SourceHeight x SourceWidth labels.</param>
    /// <param name="count">Masks at that address.</param>
    /// <param name="numbers">The mask of each sample.</param>
    /// <param name="matrices">The matrix of each sample: the same as for its record.</param>
    /// <param name="destination">Device address of the moved masks.</param>
    /// <param name="room">Bytes at that address.</param>
    /// <param name="outside">The label beyond the edges; only with <see cref="Border.Constant"/>.</param>
    /// <param name="stream">As for the records.</param>
    /// <exception cref="ArgumentException">
    /// A length is wrong, a mask does not exist or a matrix is degenerate; nothing is started.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void RunMasks(
        nint masks, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, nint destination, long room,
        byte outside = 0,
        nint stream = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long pixels = (long)_options.OutputHeight * _options.OutputWidth;
        WarpChecks.Batch(_options, count, numbers, matrices, [], room, pixels);
        if (!Begin(numbers.Length, masks, destination))
            return;
        _masks ??= _accelerator.LoadKernel<ArrayView<byte>, ArrayView<byte>, ArrayView<WarpSample>, WarpShape>(WarpKernel.Masks);
        AcceleratorStream queue = _streams.Select(stream);
        nint plan = _upload.Write(_planner, count, numbers, matrices, [], stream, out _);
        WarpShape shape = new(_options with { Fill = outside }, 1);
        KernelConfig config = WarpLauncher.Config(_accelerator, _options.OutputWidth, _options.OutputHeight, numbers.Length);
        _masks(
            queue, config, _records.At<byte>(masks, count * _options.SourceHeight * _options.SourceWidth),
            _output.At<byte>(destination, numbers.Length * pixels), _plan.At<WarpSample>(plan, numbers.Length), shape);
        _upload.Used(stream);
    }

    /// <summary>Frees what the instance allocated on the device. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _accelerator.Bind();
        _streams.Dispose();
        _upload.Dispose();
        _records.Dispose();
        _output.Dispose();
        _plan.Dispose();
    }

    private long SampleValues => (long)_options.OutputHeight * _options.OutputWidth * _options.OutputChannels;

    /// <summary>False where there is nothing to do.</summary>
    private bool Begin(int samples, nint records, nint destination)
    {
        if (samples > _largestBatch)
            throw new ArgumentException($"{samples} samples; this instance was made for at most {_largestBatch}.", "numbers");
        if (samples == 0)
            return false;
        ArgumentOutOfRangeException.ThrowIfZero(records);
        ArgumentOutOfRangeException.ThrowIfZero(destination);
        _accelerator.Bind();
        return true;
    }

    private void Start(
        RecordKind from, OutputKind to, nint records, long count, nint plan, int samples, bool isPlain, nint destination,
        nint stream)
    {
        ref WarpLauncher? launcher = ref _launchers[((int)from * Kinds) + (int)to];
        launcher ??= WarpLauncher.Make(_accelerator, _options, from, to);
        long values = count * _options.SourceHeight * _options.SourceWidth * _options.Channels;
        ArrayView<WarpSample> planned = _plan.At<WarpSample>(plan, samples);
        launcher.Launch(_streams.Select(stream), _records, records, values, _output, destination, planned, isPlain);
    }
}

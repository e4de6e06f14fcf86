using System.Runtime.Intrinsics.X86;
using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// The fused pass on the CPU: records, addressed by number, are gathered through one matrix per sample, interpolated, toned,
/// standardised and written into memory that the caller owns.
/// </summary>
/// <remarks>
/// <para>Records are bytes, 16-bit integers (<c>ushort</c>) or <c>float</c>s; samples are <c>float</c>s, <see cref="Half"/>s or
/// <see cref="BFloat16"/>s. "Grey levels" are the units of the records: 0 to 255, 0 to 65,535, or what the floats count in;
/// float records must be finite.</para>
/// <para>Error against the float64 specification: bilinear at most 1e-2 of 255 levels; nearest and the identity matrix exact up
/// to the last rounding of (value - mean) / deviation. The 16-bit types are that float32 result rounded. Results do not depend
/// on the batch or the number of threads.</para>
/// <para>All scratch is made by the constructor: a batch allocates nothing. One instance serves one caller at a time; use one
/// per calling thread. Dispose it to free its native scratch and stop its threads.</para>
/// </remarks>
public sealed unsafe class CpuAugmenter : IDisposable
{
    private readonly AugmenterOptions _options;
    private readonly WorkerCrew _crew;
    private readonly WarpWorker[] _workers;
    private bool _disposed;

    /// <summary>Checks the options and starts the threads.</summary>
    /// <exception cref="ArgumentException">An option is outside what its documentation allows.</exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The forced <see cref="AugmenterOptions.Simd"/> is not one of this processor.
    /// </exception>
    public CpuAugmenter(AugmenterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = WarpChecks.Complete(options);
        Simd = Choose(options.Simd);
        _workers = new WarpWorker[options.Threads];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = new WarpWorker(_options, Simd);
        _crew = new WorkerCrew(_workers);
    }

    /// <summary>The instruction set in use; never <see cref="SimdLevel.Auto"/>.</summary>
    public SimdLevel Simd { get; }

    /// <summary>
    /// Values of one record: SourceHeight x SourceWidth x Channels, row after row, a pixel's channels together.
    /// </summary>
    public long RecordValues => (long)_options.SourceHeight * _options.SourceWidth * _options.Channels;

    /// <summary>
    /// Values of one sample: OutputHeight x OutputWidth x OutputChannels, in the order of <see
    /// cref="AugmenterOptions.Layout"/>.
    /// </summary>
    public long SampleValues => (long)_options.OutputHeight * _options.OutputWidth * _options.OutputChannels;

    /// <summary>Writes a batch from records in managed or mapped memory.</summary>
    /// <typeparam name="TRecord"><c>byte</c>, <c>ushort</c> or <c>float</c>.</typeparam>
    /// <typeparam name="TSample"><c>float</c>, <see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="records">Whole records one after the other; the first is number 0.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">
    /// The matrix of each sample, from its pixels to the record's; as many as <paramref name="numbers"/>.
    /// </param>
    /// <param name="destination">At least numbers.Length samples; what follows them stays untouched.</param>
    /// <param name="tones">The tone of each sample; none leaves them alone.</param>
    /// <exception cref="ArgumentException">
    /// A type is none of those, a span has the wrong length, a record does not exist, a matrix is degenerate or a tone out of
    /// range; nothing is written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run<TRecord, TSample>(
        ReadOnlySpan<TRecord> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<TSample> destination,
        ReadOnlySpan<Tone> tones = default)
        where TRecord : unmanaged
        where TSample : unmanaged
    {
        RequireWhole(records.Length, RecordValues);
        fixed (TRecord* first = records)
            Run(first, records.Length / RecordValues, numbers, matrices, destination, tones);
    }

    /// <summary>Writes a batch from records at an address: mapped files of any size, foreign memory.</summary>
    /// <param name="records">
    /// The first record; <paramref name="count"/> x <see cref="RecordValues"/> values that stay readable during the call.
    /// </param>
    /// <param name="count">Records at that address.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">
    /// The matrix of each sample, from its pixels to the record's; as many as <paramref name="numbers"/>.
    /// </param>
    /// <param name="destination">At least numbers.Length samples; what follows them stays untouched.</param>
    /// <param name="tones">The tone of each sample; none leaves them alone.</param>
    /// <inheritdoc cref="Run{TRecord, TSample}(ReadOnlySpan{TRecord}, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{TSample}, ReadOnlySpan{Tone})"/>
    public void Run<TRecord, TSample>(
        TRecord* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<TSample> destination,
        ReadOnlySpan<Tone> tones = default)
        where TRecord : unmanaged
        where TSample : unmanaged
    {
        (RecordKind from, OutputKind to) = (ElementKinds.Record<TRecord>(), ElementKinds.Output<TSample>());
        fixed (TSample* output = destination)
            Run(records, from, count, numbers, matrices, tones, output, to, destination.Length);
    }

    /// <summary>
    /// Moves masks as <see cref="Run{TRecord, TSample}(ReadOnlySpan{TRecord}, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3},
    /// Span{TSample}, ReadOnlySpan{Tone})"/> moves their records: the label of the nearest pixel, exact; outside what <see
    /// cref="AugmenterOptions.Border"/> says, the constant being <paramref name="outside"/>.
    /// </summary>
    /// <param name="masks">Whole masks of SourceHeight x SourceWidth labels, one for each record.</param>
    /// <param name="numbers">The mask of each sample.</param>
    /// <param name="matrices">The matrix of each sample: the same as for its record.</param>
    /// <param name="destination">
    /// At least numbers.Length x OutputHeight x OutputWidth labels; what follows them stays untouched.
    /// </param>
    /// <param name="outside">The label beyond the edges; only with <see cref="Border.Constant"/>.</param>
    /// <exception cref="ArgumentException">
    /// A span has the wrong length, a mask does not exist or a matrix is degenerate; nothing is written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void RunMasks(
        ReadOnlySpan<byte> masks, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<byte> destination,
        byte outside = 0)
    {
        long pixels = (long)_options.SourceHeight * _options.SourceWidth;
        RequireWhole(masks.Length, pixels);
        fixed (byte* first = masks)
        fixed (byte* output = destination)
        {
            foreach (WarpWorker worker in _workers)
                worker.Outside = outside;
            Run(first, RecordKind.Byte, masks.Length / pixels, numbers, matrices, [], output, OutputKind.Label,
                destination.Length);
        }
    }

    /// <summary>Stops the threads and frees the scratch. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _crew.Dispose();
        foreach (WarpWorker worker in _workers)
            worker.Dispose();
    }

    private void Run(
        void* records, RecordKind from, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, ReadOnlySpan<Tone> tones,
        void* output, OutputKind to, int room)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long values = to == OutputKind.Label ? (long)_options.OutputHeight * _options.OutputWidth : SampleValues;
        WarpChecks.Batch(_options, count, numbers, matrices, tones, room, values);
        if (numbers.IsEmpty)
            return;
        ArgumentNullException.ThrowIfNull(records);
        fixed (int* number = numbers)
        fixed (Matrix2x3* matrix = matrices)
        fixed (Tone* tone = tones)
        {
            _crew.Run(new WarpBatch
            {
                Records = records,
                RecordKind = from,
                Numbers = number,
                Matrices = matrix,
                Tones = tone,
                Output = output,
                Kind = to,
                Count = numbers.Length,
            });
        }
    }

    private static void RequireWhole(int values, long each)
    {
        if (values % each != 0)
            throw new ArgumentException($"{values} values are not whole records of {each}.", "records");
    }

    private static SimdLevel Choose(SimdLevel wanted)
    {
        bool wide = Avx512BW.IsSupported && Avx2.IsSupported && Fma.IsSupported, narrow = Avx2.IsSupported && Fma.IsSupported;
        if ((wanted == SimdLevel.Avx512 && !wide) || (wanted == SimdLevel.Avx2 && !narrow))
            throw new PlatformNotSupportedException($"This processor has no {wanted}: use {nameof(SimdLevel.Auto)}.");
        if (wanted != SimdLevel.Auto)
            return wanted;
        return wide ? SimdLevel.Avx512 : narrow ? SimdLevel.Avx2 : SimdLevel.Scalar;
    }
}

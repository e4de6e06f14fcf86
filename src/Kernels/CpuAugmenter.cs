using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// The fused pass on the CPU: 8-bit (or 16-bit) records, addressed by number, are gathered through one matrix per sample, interpolated, standardised
/// and written as float32, float16 or bfloat16 into memory that the caller owns.
/// </summary>
/// <remarks>
/// <para>Error against the float64 specification: bilinear at most 1e-2 grey levels; nearest and the identity matrix exact up to the last
/// rounding of (value - mean) / deviation. Results do not depend on the batch or the number of threads.</para>
/// <para>All scratch is made by the constructor or grows to the largest sample seen: a batch allocates nothing. One instance serves one
/// caller at a time; use one per calling thread. Dispose it to free its native scratch and stop its threads.</para>
/// </remarks>
public sealed unsafe class CpuAugmenter : IDisposable
{
    private readonly CpuAugmenterOptions _options;
    private readonly WorkerCrew _crew;
    private readonly WarpWorker[] _workers;
    private bool _disposed;

    /// <summary>Checks the options and starts the threads.</summary>
    /// <exception cref="ArgumentException">An option is outside what its documentation allows.</exception>
    /// <exception cref="PlatformNotSupportedException">The forced <see cref="CpuAugmenterOptions.Simd"/> is not one of this processor.</exception>
    public CpuAugmenter(CpuAugmenterOptions options)
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

    /// <summary>Pixels of one record: SourceHeight x SourceWidth bytes, row after row.</summary>
    public long RecordPixels => (long)_options.SourceHeight * _options.SourceWidth;

    /// <summary>Pixels of one sample: OutputHeight x OutputWidth floats, row after row.</summary>
    public long SamplePixels => (long)_options.OutputHeight * _options.OutputWidth;

    /// <summary>Writes a batch from records in managed or mapped memory.</summary>
    /// <param name="records">Whole records one after the other; the first is number 0.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">The matrix of each sample, from its pixels to the record's; as many as <paramref name="numbers"/>.</param>
    /// <param name="destination">At least numbers.Length samples; what follows them stays untouched.</param>
    /// <param name="tones">Contrast and brightness of each sample; none leaves them alone.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a record does not exist or a matrix is degenerate; nothing is written.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(
        ReadOnlySpan<byte> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        RequireWhole(records.Length);
        fixed (byte* first = records)
            Run(first, records.Length / RecordPixels, numbers, matrices, destination, tones);
    }

    /// <summary>Writes a batch from records at an address: mapped files of any size, foreign memory.</summary>
    /// <param name="records">The first record; <paramref name="count"/> x <see cref="RecordPixels"/> values that stay readable during the call.</param>
    /// <param name="count">Records at that address.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">The matrix of each sample, from its pixels to the record's; as many as <paramref name="numbers"/>.</param>
    /// <param name="destination">At least numbers.Length samples; what follows them stays untouched.</param>
    /// <param name="tones">Contrast and brightness of each sample; none leaves them alone.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a record does not exist or a matrix is degenerate; nothing is written.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(
        byte* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        fixed (float* output = destination)
            Run(records, false, count, numbers, matrices, tones, output, OutputKind.Float32, destination.Length);
    }

    /// <inheritdoc cref="Run(ReadOnlySpan{byte}, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float}, ReadOnlySpan{Tone})"/>
    /// <remarks>
    /// From 16-bit records: <see cref="CpuAugmenterOptions.Mean"/>, <see cref="CpuAugmenterOptions.Deviation"/>,
    /// <see cref="CpuAugmenterOptions.Fill"/> and tones count in these records' units, 0 to 65,535. All but the identity takes the scalar
    /// float32 path; its error is below 2^-22 of the largest value.
    /// </remarks>
    public void Run(
        ReadOnlySpan<ushort> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        RequireWhole(records.Length);
        fixed (ushort* first = records)
            Run(first, records.Length / RecordPixels, numbers, matrices, destination, tones);
    }

    /// <inheritdoc cref="Run(byte*, long, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float}, ReadOnlySpan{Tone})"/>
    /// <remarks>
    /// From 16-bit records: <see cref="CpuAugmenterOptions.Mean"/>, <see cref="CpuAugmenterOptions.Deviation"/>,
    /// <see cref="CpuAugmenterOptions.Fill"/> and tones count in these records' units, 0 to 65,535. All but the identity takes the scalar
    /// float32 path; its error is below 2^-22 of the largest value.
    /// </remarks>
    public void Run(
        ushort* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        fixed (float* output = destination)
            Run(records, true, count, numbers, matrices, tones, output, OutputKind.Float32, destination.Length);
    }

    /// <inheritdoc cref="Run(ReadOnlySpan{byte}, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float}, ReadOnlySpan{Tone})"/>
    /// <remarks>Into float16: the float32 result rounded to nearest, ties to even.</remarks>
    public void Run(
        ReadOnlySpan<byte> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<Half> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        RequireWhole(records.Length);
        fixed (byte* first = records)
            Run(first, records.Length / RecordPixels, numbers, matrices, destination, tones);
    }

    /// <inheritdoc cref="Run(byte*, long, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float}, ReadOnlySpan{Tone})"/>
    /// <remarks>Into float16: the float32 result rounded to nearest, ties to even.</remarks>
    public void Run(
        byte* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<Half> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        fixed (Half* output = destination)
            Run(records, false, count, numbers, matrices, tones, output, OutputKind.Float16, destination.Length);
    }

    /// <inheritdoc cref="Run(ReadOnlySpan{byte}, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float}, ReadOnlySpan{Tone})"/>
    /// <remarks>Into bfloat16, as the bits of each value: the float32 result rounded to nearest, ties to even.</remarks>
    public void RunBFloat16(
        ReadOnlySpan<byte> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<ushort> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        RequireWhole(records.Length);
        fixed (byte* first = records)
            RunBFloat16(first, records.Length / RecordPixels, numbers, matrices, destination, tones);
    }

    /// <inheritdoc cref="Run(byte*, long, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float}, ReadOnlySpan{Tone})"/>
    /// <remarks>Into bfloat16, as the bits of each value: the float32 result rounded to nearest, ties to even.</remarks>
    public void RunBFloat16(
        byte* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<ushort> destination,
        ReadOnlySpan<Tone> tones = default)
    {
        fixed (ushort* output = destination)
            Run(records, false, count, numbers, matrices, tones, output, OutputKind.BFloat16, destination.Length);
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
        void* records, bool wide, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, ReadOnlySpan<Tone> tones,
        void* output, OutputKind kind, int room)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        WarpChecks.Batch(_options, count, numbers, matrices, tones, room);
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
                Wide = wide,
                Numbers = number,
                Matrices = matrix,
                Tones = tone,
                Output = output,
                Kind = kind,
                Count = numbers.Length,
            });
        }
    }

    private void RequireWhole(int pixels)
    {
        if (pixels % RecordPixels != 0)
        {
            throw new ArgumentException(
                $"{pixels} pixels are not whole records of {_options.SourceHeight} x {_options.SourceWidth}.", "records");
        }
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

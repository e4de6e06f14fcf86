using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// The fused pass on the CPU: 8-bit (or 16-bit) records, addressed by number, are gathered through one matrix per sample, interpolated, standardised
/// and written as float32 into memory that the caller owns.
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
    /// <exception cref="ArgumentException">A span has the wrong length, a record does not exist or a matrix is degenerate; nothing is written.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(
        ReadOnlySpan<byte> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination)
    {
        RequireWhole(records.Length);
        fixed (byte* first = records)
            Run(first, records.Length / RecordPixels, numbers, matrices, destination);
    }

    /// <summary>Writes a batch from records at an address: mapped files of any size, foreign memory.</summary>
    /// <param name="records">The first record; <paramref name="count"/> x <see cref="RecordPixels"/> bytes that stay readable during the call.</param>
    /// <param name="count">Records at that address.</param>
    /// <param name="numbers">The record of each sample, from 0 to count - 1.</param>
    /// <param name="matrices">The matrix of each sample, from its pixels to the record's; as many as <paramref name="numbers"/>.</param>
    /// <param name="destination">At least numbers.Length samples; what follows them stays untouched.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a record does not exist or a matrix is degenerate; nothing is written.</exception>
    /// <exception cref="ObjectDisposedException">The instance is disposed.</exception>
    public void Run(
        byte* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination) =>
        Run(records, count, numbers, matrices, destination, wide: false);

    /// <summary>As <see cref="Run(byte*, long, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float})"/> from 16-bit records.</summary>
    /// <remarks>
    /// <see cref="CpuAugmenterOptions.Mean"/>, <see cref="CpuAugmenterOptions.Deviation"/> and <see cref="CpuAugmenterOptions.Fill"/> count
    /// in these records' units, 0 to 65,535. All but the identity takes the scalar float32 path; its error is below 2^-22 of the largest value.
    /// </remarks>
    /// <inheritdoc cref="Run(byte*, long, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float})"/>
    public void Run(
        ushort* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination) =>
        Run(records, count, numbers, matrices, destination, wide: true);

    /// <inheritdoc cref="Run(ushort*, long, ReadOnlySpan{int}, ReadOnlySpan{Matrix2x3}, Span{float})"/>
    public void Run(
        ReadOnlySpan<ushort> records, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination)
    {
        RequireWhole(records.Length);
        fixed (ushort* first = records)
            Run(first, records.Length / RecordPixels, numbers, matrices, destination);
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
        void* records, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, Span<float> destination, bool wide)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        WarpChecks.Batch(_options, count, numbers, matrices, destination.Length);
        if (numbers.IsEmpty)
            return;
        ArgumentNullException.ThrowIfNull(records);
        fixed (int* number = numbers)
        fixed (Matrix2x3* matrix = matrices)
        fixed (float* output = destination)
            _crew.Run(new WarpBatch((byte*)records, number, matrix, output, numbers.Length, wide));
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

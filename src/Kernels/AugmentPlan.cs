using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChestXray.Kernels.Ops;
using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// What a batch's kernel reads beside the records: for each sample its record, its matrix and its tone, in the form that <see
/// cref="GpuAugmenter.Launch"/> takes. Written on the host, copied to the device by whoever owns both. Thread-safe.
/// </summary>
public sealed class AugmentPlan
{
    /// <summary>What a plan's address on the device must be a multiple of.</summary>
    public const int Alignment = 256;

    private readonly AugmenterOptions _options;

    /// <summary>For batches of these options.</summary>
    /// <param name="options">As for <see cref="GpuAugmenter"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AugmentPlan(AugmenterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = WarpChecks.Complete(options);
    }

    /// <summary>Bytes that a sample takes.</summary>
    public static int SampleBytes => Unsafe.SizeOf<WarpSample>();

    /// <summary>Checks a batch and writes its plan. Allocates nothing.</summary>
    /// <param name="count">Records that there are.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="matrices">The matrix of each sample.</param>
    /// <param name="tones">The tone of each sample; none leaves them alone.</param>
    /// <param name="plan">Gets <see cref="SampleBytes"/> for each sample.</param>
    /// <returns>Whether no sample has gamma or noise: what a launch has to be told.</returns>
    /// <exception cref="ArgumentException">
    /// A length is wrong, a record does not exist, a matrix is degenerate or a tone out of range; nothing is written.
    /// </exception>
    public bool Write(
        long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, ReadOnlySpan<Tone> tones, Span<byte> plan)
    {
        WarpChecks.Batch(_options, count, numbers, matrices, tones, long.MaxValue, 1);
        Span<WarpSample> samples = MemoryMarshal.Cast<byte, WarpSample>(plan);
        if (samples.Length < numbers.Length)
        {
            throw new ArgumentException(
                $"The plan has {plan.Length} bytes; {numbers.Length} samples need {numbers.Length * SampleBytes}.", nameof(plan));
        }

        bool isPlain = true;
        for (int i = 0; i < numbers.Length; i++)
        {
            Tone tone = tones.IsEmpty ? Tone.Unchanged : tones[i];
            isPlain &= tone.Gamma == 1 && tone.Noise == 0;
            samples[i] = new WarpSample(_options, numbers[i], matrices[i], tone);
        }

        return isPlain;
    }
}

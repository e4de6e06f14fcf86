using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Runtime;

/// <summary>What every device checks before a pass.</summary>
internal static class WarpChecks
{
    private const int LongestSide = short.MaxValue;

    /// <summary>Throws where a batch would read or write outside, or has a matrix that cannot be used; writes nothing.</summary>
    public static void Batch(
        CpuAugmenterOptions options, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices,
        ReadOnlySpan<Tone> tones, long room)
    {
        long pixels = (long)options.OutputHeight * options.OutputWidth;
        if (count < 0)
            throw new ArgumentException($"The number of records is {count}; it cannot be negative.", nameof(count));
        if (matrices.Length != numbers.Length)
            throw new ArgumentException($"{matrices.Length} matrices for {numbers.Length} records: give one per sample.", nameof(matrices));
        if (!tones.IsEmpty && tones.Length != numbers.Length)
            throw new ArgumentException($"{tones.Length} tones for {numbers.Length} records: give one per sample or none.", nameof(tones));
        foreach (Tone tone in tones)
        {
            if (!(tone.Contrast >= 0 && float.IsFinite(tone.Contrast) && float.IsFinite(tone.Brightness)))
                throw new ArgumentException($"{tone} cannot be used: both must be finite, the contrast not negative.", nameof(tones));
        }

        if (room < numbers.Length * pixels)
        {
            throw new ArgumentException(
                $"The destination has {room} floats; {numbers.Length} samples of {pixels} need {numbers.Length * pixels}.", "destination");
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            if ((uint)numbers[i] >= (ulong)count)
                throw new ArgumentException($"Sample {i} asks for record {numbers[i]}; there are {count}, numbered from 0.", nameof(numbers));
            if (!matrices[i].IsUsable || !FixedMatrix.Holds(matrices[i], options.OutputWidth, options.OutputHeight))
            {
                throw new ArgumentException(
                    $"Sample {i} has {matrices[i]}: entries must be finite, the determinant ({matrices[i].Determinant}) not 0, and no pixel "
                    + $"farther than {FixedMatrix.Farthest} pixels from the origin.", nameof(matrices));
            }
        }
    }

    /// <summary>The options with their defaults filled in.</summary>
    public static CpuAugmenterOptions Complete(CpuAugmenterOptions options)
    {
        CpuAugmenterOptions complete = options with
        {
            OutputHeight = options.OutputHeight == 0 ? options.SourceHeight : options.OutputHeight,
            OutputWidth = options.OutputWidth == 0 ? options.SourceWidth : options.OutputWidth,
        };
        RequireSide(complete.SourceHeight, nameof(options.SourceHeight));
        RequireSide(complete.SourceWidth, nameof(options.SourceWidth));
        RequireSide(complete.OutputHeight, nameof(options.OutputHeight));
        RequireSide(complete.OutputWidth, nameof(options.OutputWidth));
        Require(options.Threads is >= 1 and <= 1024, $"Threads is {options.Threads}; allowed is 1 to 1024.");
        Require(float.IsFinite(options.Mean), $"Mean is {options.Mean}; it must be finite.");
        Require(float.IsFinite(1 / options.Deviation) && options.Deviation > 0, $"Deviation is {options.Deviation}; it must be above 0, its reciprocal finite.");
        Require(float.IsFinite(options.Fill), $"Fill is {options.Fill}; it must be finite.");
        Require(Enum.IsDefined(options.Border), $"Border {options.Border} does not exist.");
        Require(Enum.IsDefined(options.Interpolation), $"Interpolation {options.Interpolation} does not exist.");
        Require(Enum.IsDefined(options.Simd), $"SimdLevel {options.Simd} does not exist.");
        return complete;
    }

    private static void RequireSide(int value, string name) =>
        Require(value is >= 1 and <= LongestSide, $"{name} is {value}; allowed is 1 to {LongestSide}.");

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message, "options");
    }
}

using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Runtime;

/// <summary>What every device checks before a pass.</summary>
internal static class WarpChecks
{
    private const int LongestSide = short.MaxValue;

    /// <summary>Throws where a batch would read or write outside, or has a matrix that cannot be used; writes nothing.</summary>
    public static void Batch(
        AugmenterOptions options, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices,
        ReadOnlySpan<Tone> tones, long room, long values)
    {
        if (count < 0)
            throw new ArgumentException($"The number of records is {count}; it cannot be negative.", nameof(count));
        if (matrices.Length != numbers.Length)
            throw new ArgumentException($"{matrices.Length} matrices for {numbers.Length} records: give one per sample.",
                nameof(matrices));
        if (!tones.IsEmpty && tones.Length != numbers.Length)
            throw new ArgumentException($"{tones.Length} tones for {numbers.Length} records: give one per sample or none.",
                nameof(tones));
        foreach (Tone tone in tones)
        {
            bool usable = tone.Contrast >= 0 && float.IsFinite(tone.Contrast) && float.IsFinite(tone.Brightness)
                && tone.Gamma is >= 0.01f and <= 100
                && tone.Noise >= 0 && float.IsFinite(tone.Noise);
            if (!usable)
            {
                throw new ArgumentException(
                    $"{tone} cannot be used: all must be finite, contrast and noise not negative, gamma from 0.01 to 100.",
                    nameof(tones));
            }
        }

        Room(numbers.Length, room, values);
        Geometry(options, count, numbers, matrices);
    }

    /// <summary>Throws where samples do not fit at their destination.</summary>
    public static void Room(int samples, long room, long values)
    {
        if (room < samples * values)
        {
            throw new ArgumentException(
                $"The destination has {room} values; {samples} samples of {values} need {samples * values}.", "destination");
        }
    }

    /// <summary>Throws where a record does not exist or a matrix cannot be used.</summary>
    private static void Geometry(
        AugmenterOptions options, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if ((uint)numbers[i] >= (ulong)count)
                throw new ArgumentException($"Sample {i} asks for record {numbers[i]}; there are {count}, numbered from 0.",
                    nameof(numbers));
            if (!matrices[i].IsUsable || !FixedMatrix.Holds(matrices[i], options.OutputWidth, options.OutputHeight))
            {
                throw new ArgumentException(
                    $"Sample {i} has {matrices[i]}: entries must be finite, the determinant ({matrices[i].Determinant}) not 0, and no pixel "
                    + $"farther than {FixedMatrix.Farthest} pixels from the origin.", nameof(matrices));
            }
        }
    }

    /// <summary>The options with their defaults filled in.</summary>
    public static AugmenterOptions Complete(AugmenterOptions options)
    {
        AugmenterOptions complete = options with
        {
            OutputHeight = options.OutputHeight == 0 ? options.SourceHeight : options.OutputHeight,
            OutputWidth = options.OutputWidth == 0 ? options.SourceWidth : options.OutputWidth,
            OutputChannels = options.OutputChannels == 0 ? options.Channels : options.OutputChannels,
        };
        RequireSide(complete.SourceHeight, nameof(options.SourceHeight));
        RequireSide(complete.SourceWidth, nameof(options.SourceWidth));
        RequireSide(complete.OutputHeight, nameof(options.OutputHeight));
        RequireSide(complete.OutputWidth, nameof(options.OutputWidth));
        Require(
            (long)complete.OutputHeight * complete.OutputWidth * complete.OutputChannels <= int.MaxValue,
            $"A sample of {complete.OutputHeight} x {complete.OutputWidth} x {complete.OutputChannels} has more than {int.MaxValue} values.");
        Require(options.Threads is >= 1 and <= 1024, $"Threads is {options.Threads}; allowed is 1 to 1024.");
        Require(options.Channels is 1 or 3, $"Channels is {options.Channels}; allowed is 1 or 3.");
        Require(
            complete.OutputChannels == options.Channels || (options.Channels == 1 && complete.OutputChannels == 3),
            $"OutputChannels is {options.OutputChannels} with {options.Channels} channels; allowed is as many, or 3 of 1.");
        Require(options.Mean.All(float.IsFinite), $"Mean is {options.Mean}; it must be finite.");
        Require(
            options.Deviation.All(v => v > 0 && float.IsFinite(1 / v)),
            $"Deviation is {options.Deviation}; it must be above 0, its reciprocal finite.");
        Require(options.Fill.All(float.IsFinite), $"Fill is {options.Fill}; it must be finite.");
        Require(options.White >= 0
            && float.IsFinite(options.White), $"White is {options.White}; it must be finite and not negative.");
        Require(Enum.IsDefined(options.Layout), $"ChannelLayout {options.Layout} does not exist.");
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

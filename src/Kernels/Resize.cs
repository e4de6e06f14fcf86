using System.Buffers;
using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels;

/// <summary>Resizing of 8-bit images to float32 grey levels, as `tf.image.resize` does it. Thread-safe.</summary>
public static class Resize
{
    /// <summary>
    /// Bilinear with half-pixel centres and without antialias: float32 in TensorFlow's order, equal to it to the bit.
    /// </summary>
    /// <param name="source">Height x width x channels bytes, row after row, channels together.</param>
    /// <param name="height">Rows of the source.</param>
    /// <param name="width">Columns of the source.</param>
    /// <param name="channels">Values of one pixel.</param>
    /// <param name="destination">At least outputHeight x outputWidth x channels floats.</param>
    /// <param name="outputHeight">Rows of the result.</param>
    /// <param name="outputWidth">Columns of the result.</param>
    /// <exception cref="ArgumentException">A side below 1, or memory of the wrong length.</exception>
    public static void Bilinear(
        ReadOnlySpan<byte> source, int height, int width, int channels, Span<float> destination, int outputHeight,
        int outputWidth)
    {
        Check(source.Length, height, width, channels, destination.Length, outputHeight, outputWidth);
        int row = outputWidth * channels, from = width * channels, isUpper = -1, isLower = -1;
        float scaleX = width / (float)outputWidth, scaleY = height / (float)outputHeight;
        float[] rows = ArrayPool<float>.Shared.Rent(2 * row);
        Span<float> upper = rows.AsSpan(0, row), lower = rows.AsSpan(row, row);
        for (int y = 0; y < outputHeight; y++)
        {
            (int top, int bottom, float down) = Taps(y, scaleY, height);
            if (top == isLower)
            {
                Span<float> other = upper;
                upper = lower;
                lower = other;
                (isUpper, isLower) = (isLower, isUpper);
            }

            if (top != isUpper)
                Across(source.Slice(top * from, from), width, channels, scaleX, upper);
            if (bottom != isLower)
                Across(source.Slice(bottom * from, from), width, channels, scaleX, lower);
            (isUpper, isLower) = (top, bottom);
            ResizeRows.Blend(upper, lower, down, destination.Slice(y * row, row));
        }

        ArrayPool<float>.Shared.Return(rows);
    }

    /// <summary>
    /// Bilinear with antialias: where it shrinks, the triangle filter is widened by the ratio, as in Pillow and TensorFlow;
    /// where it enlarges, the result is that of <see cref="Bilinear"/> but for rounding. Allocates its filter.
    /// </summary>
    /// <inheritdoc cref="Bilinear"/>
    public static void Antialias(
        ReadOnlySpan<byte> source, int height, int width, int channels, Span<float> destination, int outputHeight,
        int outputWidth)
    {
        Check(source.Length, height, width, channels, destination.Length, outputHeight, outputWidth);
        TriangleFilter across = new(width, outputWidth), down = new(height, outputHeight);
        int from = width * channels;
        float[] weighed = ArrayPool<float>.Shared.Rent(from);
        for (int y = 0; y < outputHeight; y++)
        {
            ReadOnlySpan<double> rows = down.Weights(y, out int top);
            ResizeRows.Weigh(source.Slice(top * from, rows.Length * from), rows, weighed.AsSpan(0, from));
            for (int x = 0; x < outputWidth; x++)
            {
                ReadOnlySpan<double> weights = across.Weights(x, out int first);
                for (int c = 0; c < channels; c++)
                {
                    double sum = 0;
                    for (int i = 0; i < weights.Length; i++)
                        sum += weights[i] * weighed[((first + i) * channels) + c];
                    destination[(((y * outputWidth) + x) * channels) + c] = (float)sum;
                }
            }
        }

        ArrayPool<float>.Shared.Return(weighed);
    }

    /// <summary>One source row at the output's columns.</summary>
    private static void Across(ReadOnlySpan<byte> source, int width, int channels, float scale, Span<float> output)
    {
        for (int i = 0, x = 0; i < output.Length; i += channels, x++)
        {
            (int left, int right, float across) = Taps(x, scale, width);
            for (int c = 0; c < channels; c++)
            {
                float low = source[(left * channels) + c], high = source[(right * channels) + c];
                output[i + c] = low + ((high - low) * across);
            }
        }
    }

    private static (int Low, int High, float Weight) Taps(int output, float scale, int length)
    {
        float at = ((output + 0.5f) * scale) - 0.5f, floor = MathF.Floor(at);
        return (Math.Max((int)floor, 0), Math.Min((int)MathF.Ceiling(at), length - 1), at - floor);
    }

    private static void Check(int source, int height, int width, int channels, int destination, int outputHeight, int outputWidth)
    {
        if (Math.Min(Math.Min(height, width), Math.Min(outputHeight, outputWidth)) < 1 || channels < 1)
            throw new ArgumentException(
                $"{height} x {width} x {channels} to {outputHeight} x {outputWidth}: every number must be at least 1.");
        if (source != (long)height * width * channels)
            throw new ArgumentException(
                $"The source has {source} bytes; {height} x {width} x {channels} is {(long)height * width * channels}.");
        if (destination < (long)outputHeight * outputWidth * channels)
            throw new ArgumentException(
                $"The destination has {destination} floats; {(long)outputHeight * outputWidth * channels} are needed.");
    }
}

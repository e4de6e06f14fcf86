using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels;

/// <summary>Resizing of 8-bit images to float32 grey levels, as `tf.image.resize` does it. Thread-safe.</summary>
public static class Resize
{
    /// <summary>Bilinear with half-pixel centres and without antialias: float32 in TensorFlow's order, equal to it to the bit.</summary>
    /// <param name="source">Height x width x channels bytes, row after row, channels together.</param>
    /// <param name="height">Rows of the source.</param>
    /// <param name="width">Columns of the source.</param>
    /// <param name="channels">Values of one pixel.</param>
    /// <param name="destination">At least outputHeight x outputWidth x channels floats.</param>
    /// <param name="outputHeight">Rows of the result.</param>
    /// <param name="outputWidth">Columns of the result.</param>
    /// <exception cref="ArgumentException">A side below 1, or memory of the wrong length.</exception>
    public static void Bilinear(
        ReadOnlySpan<byte> source, int height, int width, int channels, Span<float> destination, int outputHeight, int outputWidth)
    {
        Check(source.Length, height, width, channels, destination.Length, outputHeight, outputWidth);
        float scaleX = width / (float)outputWidth, scaleY = height / (float)outputHeight;
        for (int y = 0; y < outputHeight; y++)
        {
            (int top, int bottom, float down) = Taps(y, scaleY, height);
            for (int x = 0; x < outputWidth; x++)
            {
                (int left, int right, float across) = Taps(x, scaleX, width);
                for (int c = 0; c < channels; c++)
                {
                    float upper = Blend(source[Index(top, left, c)], source[Index(top, right, c)], across);
                    float lower = Blend(source[Index(bottom, left, c)], source[Index(bottom, right, c)], across);
                    destination[(((y * outputWidth) + x) * channels) + c] = Blend(upper, lower, down);
                }
            }
        }

        int Index(int row, int column, int c) => (((row * width) + column) * channels) + c;
        static float Blend(float a, float b, float weight) => a + ((b - a) * weight);
    }

    /// <summary>
    /// Bilinear with antialias: where it shrinks, the triangle filter is widened by the ratio, as in Pillow and TensorFlow; where it
    /// enlarges, the result is that of <see cref="Bilinear"/> but for rounding. Allocates its filter and one intermediate image.
    /// </summary>
    /// <inheritdoc cref="Bilinear"/>
    public static void Antialias(
        ReadOnlySpan<byte> source, int height, int width, int channels, Span<float> destination, int outputHeight, int outputWidth)
    {
        Check(source.Length, height, width, channels, destination.Length, outputHeight, outputWidth);
        TriangleFilter across = new(width, outputWidth), down = new(height, outputHeight);
        double[] narrow = new double[height * outputWidth * channels];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < outputWidth; x++)
            {
                ReadOnlySpan<double> weights = across.Weights(x, out int first);
                for (int c = 0; c < channels; c++)
                {
                    double sum = 0;
                    for (int i = 0; i < weights.Length; i++)
                        sum += weights[i] * source[(((y * width) + first + i) * channels) + c];
                    narrow[(((y * outputWidth) + x) * channels) + c] = sum;
                }
            }
        }

        int row = outputWidth * channels;
        for (int y = 0; y < outputHeight; y++)
        {
            ReadOnlySpan<double> weights = down.Weights(y, out int first);
            for (int x = 0; x < row; x++)
            {
                double sum = 0;
                for (int i = 0; i < weights.Length; i++)
                    sum += weights[i] * narrow[((first + i) * row) + x];
                destination[(y * row) + x] = (float)sum;
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
            throw new ArgumentException($"{height} x {width} x {channels} to {outputHeight} x {outputWidth}: every number must be at least 1.");
        if (source != (long)height * width * channels)
            throw new ArgumentException($"The source has {source} bytes; {height} x {width} x {channels} is {(long)height * width * channels}.");
        if (destination < (long)outputHeight * outputWidth * channels)
            throw new ArgumentException($"The destination has {destination} floats; {(long)outputHeight * outputWidth * channels} are needed.");
    }
}

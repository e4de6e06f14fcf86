using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels;

/// <summary>
/// Keras' RandomRotation and then RandomZoom as the two resamplings that TensorFlow makes of them, for comparisons; the same
/// float32 arithmetic in the same order. <see cref="CpuAugmenter"/> does both in one resampling: sharper, and much faster.
/// </summary>
/// <remarks>One instance serves one caller at a time; a batch allocates nothing.</remarks>
public sealed class KerasAugmenter
{
    private readonly int _height, _width;
    private readonly Border _border;
    private readonly float _fill;
    private readonly float[] _plain, _rotated;

    /// <summary>Makes the two intermediate images.</summary>
    /// <param name="height">Rows of a record and a sample, 1 to 32,767.</param>
    /// <param name="width">Columns of a record and a sample, 1 to 32,767.</param>
    /// <param name="border">Keras' fill_mode; it has no <see cref="Border.Mirror"/>.</param>
    /// <param name="fill">The grey level of <see cref="Border.Constant"/>.</param>
    /// <exception cref="ArgumentException">A side out of range, or a border that Keras does not have.</exception>
    public KerasAugmenter(int height, int width, Border border = Border.Reflect, float fill = 0)
    {
        if (height is < 1 or > short.MaxValue || width is < 1 or > short.MaxValue)
            throw new ArgumentException($"The size is {height} x {width}; each side is allowed 1 to {short.MaxValue}.");
        if (!Enum.IsDefined(border) || border == Border.Mirror)
            throw new ArgumentException($"Keras has no fill_mode {border}: use Reflect, Nearest, Wrap or Constant.",
                nameof(border));
        (_height, _width, _border, _fill) = (height, width, border, fill);
        _plain = new float[height * width];
        _rotated = new float[height * width];
    }

    /// <summary>Writes a batch in grey levels: rotated, then zoomed, not standardised.</summary>
    /// <param name="records">Whole records of Height x Width bytes.</param>
    /// <param name="numbers">The record of each sample.</param>
    /// <param name="angles">The angle of each sample in radians.</param>
    /// <param name="zooms">The zoom factor of each sample; above 1 zooms out.</param>
    /// <param name="destination">At least numbers.Length x Height x Width floats.</param>
    /// <exception cref="ArgumentException">
    /// A length is wrong, a record does not exist, or an angle or a zoom is not finite.
    /// </exception>
    public void Run(
        ReadOnlySpan<byte> records, ReadOnlySpan<int> numbers, ReadOnlySpan<float> angles, ReadOnlySpan<float> zooms, Span<float> destination)
    {
        int pixels = _plain.Length;
        if (angles.Length != numbers.Length || zooms.Length != numbers.Length)
            throw new ArgumentException(
                $"{numbers.Length} records, {angles.Length} angles, {zooms.Length} zooms: give one of each per sample.");
        if (destination.Length < (long)numbers.Length * pixels)
            throw new ArgumentException($"The destination has {destination.Length} floats; {(long)numbers.Length * pixels} are needed.", nameof(destination));
        for (int i = 0; i < numbers.Length; i++)
        {
            if ((uint)numbers[i] >= (uint)(records.Length / pixels))
                throw new ArgumentException($"Sample {i} asks for record {numbers[i]}; there are {records.Length / pixels}.",
                    nameof(numbers));
            if (!float.IsFinite(angles[i]) || !float.IsFinite(zooms[i]))
                throw new ArgumentException($"Sample {i} has angle {angles[i]} and zoom {zooms[i]}; both must be finite.");
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> record = records.Slice(numbers[i] * pixels, pixels);
            for (int p = 0; p < pixels; p++)
                _plain[p] = record[p];
            KerasWarp.Resample(_plain, _width, _height, KerasWarp.Rotation(angles[i], _width, _height), _border, _fill, _rotated);
            KerasWarp.Resample(
                _rotated, _width, _height, KerasWarp.Zoom(zooms[i], _width, _height), _border, _fill,
                destination.Slice(i * pixels, pixels));
        }
    }

    /// <summary>Rotates and then zooms one image once more, as a chain of layers does.</summary>
    /// <param name="image">Height x Width grey levels, overwritten.</param>
    /// <param name="angle">In radians.</param>
    /// <param name="zoom">Above 1 zooms out.</param>
    /// <exception cref="ArgumentException">Another length, or an angle or a zoom that is not finite.</exception>
    public void Again(Span<float> image, float angle, float zoom)
    {
        if (image.Length != _plain.Length)
            throw new ArgumentException($"The image has {image.Length} pixels; {_height} x {_width} are needed.", nameof(image));
        if (!float.IsFinite(angle) || !float.IsFinite(zoom))
            throw new ArgumentException($"Angle {angle} and zoom {zoom}; both must be finite.");
        image.CopyTo(_plain);
        KerasWarp.Resample(_plain, _width, _height, KerasWarp.Rotation(angle, _width, _height), _border, _fill, _rotated);
        KerasWarp.Resample(_rotated, _width, _height, KerasWarp.Zoom(zoom, _width, _height), _border, _fill, image);
    }
}

namespace ChestXray.Kernels.Ops;

/// <summary>
/// One resampling exactly as TensorFlow's ImageProjectiveTransformV3 computes it: float32, its order of operations, no fused
/// multiply-add.
/// </summary>
internal static class KerasWarp
{
    /// <summary>Keras' get_rotation_matrix in float32.</summary>
    public static KerasMatrix Rotation(float radians, int width, int height)
    {
        float cos = MathF.Cos(radians), sin = MathF.Sin(radians), right = width - 1, bottom = height - 1;
        float x = (right - ((cos * right) - (sin * bottom))) / 2, y = (bottom - ((sin * right) + (cos * bottom))) / 2;
        return new(cos, -sin, x, sin, cos, y);
    }

    /// <summary>Keras' get_zoom_matrix in float32, one factor for both axes.</summary>
    public static KerasMatrix Zoom(float zoom, int width, int height) =>
        new(zoom, 0, (width - 1f) / 2 * (1 - zoom), 0, zoom, (height - 1f) / 2 * (1 - zoom));

    /// <summary>Resamples height x width floats; the output has the same size and is other memory.</summary>
    public static void Resample(
        ReadOnlySpan<float> source, int width, int height, in KerasMatrix m, Border border, float fill, Span<float> output)
    {
        int i = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float sourceX = Map((m.A * x) + (m.B * y) + m.C, width, border),
                    sourceY = Map((m.D * x) + (m.E * y) + m.F, height, border);
                output[i++] = Bilinear(source, width, height, sourceX, sourceY, fill);
            }
        }
    }

    private static float Bilinear(ReadOnlySpan<float> source, int width, int height, float x, float y, float fill)
    {
        float left = MathF.Floor(x), top = MathF.Floor(y), right = left + 1, bottom = top + 1;
        float upper = ((right - x) * Read(source, width, height, left, top, fill)) +
            ((x - left) * Read(source, width, height, right, top, fill));
        float lower = ((right - x) * Read(source, width, height, left, bottom, fill)) +
            ((x - left) * Read(source, width, height, right, bottom, fill));
        return ((bottom - y) * upper) + ((y - top) * lower);
    }

    private static float Read(ReadOnlySpan<float> source, int width, int height, float x, float y, float fill) =>
        x >= 0 && x < width && y >= 0 && y < height ? source[((int)y * width) + (int)x] : fill;

    private static float Map(float coordinate, int length, Border border) => border switch
    {
        Border.Reflect => Reflect(coordinate, length),
        Border.Nearest => Math.Clamp(coordinate, 0, length - 1),
        Border.Wrap => Wrap(coordinate, length),
        _ => coordinate,
    };

    private static float Reflect(float c, int length)
    {
        int period = 2 * length;
        if (c < 0)
        {
            if (c < period)
                c = (period * (float)(int)(-c / period)) + c;
            c = c < -length ? c + period : -c - 1;
        }
        else if (c > length - 1)
        {
            c -= period * (float)(int)(c / period);
            if (c >= length)
                c = period - c - 1;
        }

        return Math.Clamp(c, 0, length - 1);
    }

    private static float Wrap(float c, int length)
    {
        if (length == 1)
            return 0;
        if (c < 0)
            c += length * (float)((int)(-c / (length - 1)) + 1);
        else if (c > length - 1)
            c -= length * (float)(int)(c / (length - 1));
        return Math.Clamp(c, 0, length - 1);
    }
}

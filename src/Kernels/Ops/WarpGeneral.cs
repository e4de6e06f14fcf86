using System.Numerics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The scalar body: any record type, channels, border, interpolation, size and matrix, in float32. Also what vectors leave
/// over.
/// </summary>
internal static unsafe class WarpGeneral
{
    /// <summary>Writes a plane of width x height values for each channel, one after the other.</summary>
    public static void Run<T>(
        in WarpSource<T> source, in FixedMatrix m, Interpolation interpolation, in ChannelAffine affine, float* planes, int width,
        int height)
        where T : unmanaged, INumberBase<T>
    {
        for (int c = 0; c < source.Channels; c++)
        {
            float scale = affine.Scale[c], offset = affine.Offset[c];
            for (int y = 0; y < height; y++)
            {
                long sx = m.C + (y * m.B), sy = m.F + (y * m.E);
                for (int x = 0; x < width; x++, sx += m.A, sy += m.D)
                {
                    float value = interpolation == Interpolation.Nearest
                        ? Nearest(source, sx, sy, c) : Bilinear(source, sx, sy, c);
                    *planes++ = MathF.FusedMultiplyAdd(value, scale, offset);
                }
            }
        }
    }

    /// <summary>The value of the pixel that a 32.32 coordinate is nearest to.</summary>
    public static float Nearest<T>(in WarpSource<T> source, long sx, long sy, int channel)
        where T : unmanaged, INumberBase<T> =>
        Tap(source, (int)((sx + (1L << 31)) >> 32), (int)((sy + (1L << 31)) >> 32), channel);

    /// <summary>The value between the four pixels around a 32.32 coordinate.</summary>
    public static float Bilinear<T>(in WarpSource<T> source, long sx, long sy, int channel)
        where T : unmanaged, INumberBase<T>
    {
        if (source.Border == Border.Wrap)
            (sx, sy) = (BorderMap.Wrap(sx, source.Width), BorderMap.Wrap(sy, source.Height));
        int x = (int)(sx >> 32), y = (int)(sy >> 32);
        float fx = (uint)sx * (1f / (1L << 32)), fy = (uint)sy * (1f / (1L << 32));
        float topLeft, topRight, bottomLeft, bottomRight;
        if ((uint)x < (uint)(source.Width - 1) && (uint)y < (uint)(source.Height - 1))
        {
            int channels = source.Channels;
            T* corner = source.Pixels + ((((long)y * source.Width) + x) * channels) + channel, below = corner +
                ((long)source.Width * channels);
            (topLeft, topRight) = (Float(corner[0]), Float(corner[channels]));
            (bottomLeft, bottomRight) = (Float(below[0]), Float(below[channels]));
        }
        else
        {
            (topLeft, topRight) = (Tap(source, x, y, channel), Tap(source, x + 1, y, channel));
            (bottomLeft, bottomRight) = (Tap(source, x, y + 1, channel), Tap(source, x + 1, y + 1, channel));
        }

        float top = topLeft + ((topRight - topLeft) * fx), bottom = bottomLeft + ((bottomRight - bottomLeft) * fx);
        return top + ((bottom - top) * fy);
    }

    private static float Float<T>(T value)
        where T : unmanaged, INumberBase<T> => float.CreateTruncating(value);

    private static float Tap<T>(in WarpSource<T> source, int x, int y, int channel)
        where T : unmanaged, INumberBase<T>
    {
        int column = BorderMap.Index(x, source.Width, source.Border), row = BorderMap.Index(y, source.Height, source.Border);
        return column < 0 || row < 0
            ? source.Fill[channel]
            : Float(source.Pixels[((((long)row * source.Width) + column) * source.Channels) + channel]);
    }
}

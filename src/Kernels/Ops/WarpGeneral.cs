using System.Numerics;

namespace ChestXray.Kernels.Ops;

/// <summary>The pass for every case that the boxed SIMD bodies leave: any border, interpolation, size and matrix; scalar float32.</summary>
internal static unsafe class WarpGeneral
{
    /// <param name="source">First pixel of the record.</param>
    /// <param name="width">Columns of the record.</param>
    /// <param name="height">Rows of the record.</param>
    /// <param name="m">The sample's matrix.</param>
    /// <param name="border">What lies outside.</param>
    /// <param name="interpolation">How values between pixels are made.</param>
    /// <param name="fill">The constant of <see cref="Border.Constant"/>.</param>
    /// <param name="scale">1 / deviation.</param>
    /// <param name="offset">-mean / deviation.</param>
    /// <param name="output">First float of the sample.</param>
    /// <param name="outputWidth">Columns of the sample.</param>
    /// <param name="outputHeight">Rows of the sample.</param>
    public static void Run<T>(
        T* source, int width, int height, in FixedMatrix m, Border border, Interpolation interpolation, float fill,
        float scale, float offset, float* output, int outputWidth, int outputHeight)
        where T : unmanaged, INumberBase<T>
    {
        Record<T> record = new(source, width, height, border, fill);
        for (int y = 0; y < outputHeight; y++)
        {
            long sx = m.C + (y * m.B), sy = m.F + (y * m.E);
            for (int x = 0; x < outputWidth; x++, sx += m.A, sy += m.D)
            {
                float value = interpolation == Interpolation.Nearest ? record.Nearest(sx, sy) : record.Bilinear(sx, sy);
                *output++ = MathF.FusedMultiplyAdd(value, scale, offset);
            }
        }
    }

    private readonly struct Record<T>(T* source, int width, int height, Border border, float fill)
        where T : unmanaged, INumberBase<T>
    {
        public float Nearest(long sx, long sy) => Tap((int)((sx + (1L << 31)) >> 32), (int)((sy + (1L << 31)) >> 32));

        public float Bilinear(long sx, long sy)
        {
            if (border == Border.Wrap)
                (sx, sy) = (BorderMap.Wrap(sx, width), BorderMap.Wrap(sy, height));
            int x = (int)(sx >> 32), y = (int)(sy >> 32);
            float fx = (uint)sx * (1f / (1L << 32)), fy = (uint)sy * (1f / (1L << 32));
            float topLeft, topRight, bottomLeft, bottomRight;
            if ((uint)x < (uint)(width - 1) && (uint)y < (uint)(height - 1))
            {
                T* corner = source + ((long)y * width) + x;
                (topLeft, topRight) = (Float(corner[0]), Float(corner[1]));
                (bottomLeft, bottomRight) = (Float(corner[width]), Float(corner[width + 1]));
            }
            else
            {
                (topLeft, topRight) = (Tap(x, y), Tap(x + 1, y));
                (bottomLeft, bottomRight) = (Tap(x, y + 1), Tap(x + 1, y + 1));
            }

            float top = topLeft + ((topRight - topLeft) * fx), bottom = bottomLeft + ((bottomRight - bottomLeft) * fx);
            return top + ((bottom - top) * fy);
        }

        private static float Float(T value) => float.CreateTruncating(value);

        private float Tap(int x, int y)
        {
            int column = BorderMap.Index(x, width, border), row = BorderMap.Index(y, height, border);
            return column < 0 || row < 0 ? fill : Float(source[((long)row * width) + column]);
        }
    }
}

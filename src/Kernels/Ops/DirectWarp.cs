using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static ChestXray.Kernels.Ops.DirectLanes;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The vector body for everything that <see cref="BoxWarp"/> is not made for: 16-bit and float records, three channels,
/// nearest, wrap, any fill, any distance. Eight pixels at a time, gathered from the record itself. Long because every case of a
/// vector is written out.
/// </summary>
/// <remarks>
/// Coordinates are the reference's own 32.32, kept in two vectors of four: nearest is equal to it to the bit. A vector whose
/// pixels all lie inside takes no border code; one that crosses a border is folded once; what then is still outside goes
/// through <see cref="WarpGeneral"/>, pixel by pixel. Needs AVX2 and FMA, and a record of 4 to 2^31 - 1 bytes.
/// </remarks>
internal static unsafe class DirectWarp
{
    private const int Lanes = 8;

    /// <summary>Whether a record of this size can be gathered from with 32-bit offsets and 32-bit loads.</summary>
    public static bool Takes(long bytes) => bytes is >= 4 and <= int.MaxValue;

    /// <summary>Writes a plane of width x height values for each channel, one after the other.</summary>
    public static void Run<T>(
        in WarpSource<T> source, in FixedMatrix m, Interpolation interpolation, in ChannelAffine affine, float* planes, int width,
        int height)
        where T : unmanaged, INumberBase<T>
    {
        float* tail = stackalloc float[3 * Lanes];
        long plane = (long)width * height;
        int whole = width & ~(Lanes - 1);
        for (int y = 0; y < height; y++)
        {
            long sx = m.C + (y * m.B), sy = m.F + (y * m.E);
            float* row = planes + ((long)y * width);
            if (whole > 0)
                Row(source, m, interpolation, affine, sx, sy, row, plane, whole);
            if (whole == width)
                continue;
            Row(source, m, interpolation, affine, sx + (whole * m.A), sy + (whole * m.D), tail, Lanes, Lanes);
            for (int c = 0; c < source.Channels; c++)
                new ReadOnlySpan<float>(tail + (c * Lanes), width - whole)
                    .CopyTo(new Span<float>(row + (c * plane) + whole, width - whole));
        }
    }

    private static void Row<T>(
        in WarpSource<T> source, in FixedMatrix m, Interpolation interpolation, in ChannelAffine affine, long sx, long sy,
        float* output, long apart,
        int count)
        where T : unmanaged, INumberBase<T>
    {
        if (interpolation == Interpolation.Nearest)
            NearestRow(source, m, affine, sx, sy, output, apart, count);
        else if (source.Channels == 1)
            GreyRow(source, m, affine, sx, sy, output, count);
        else
            ColourRow(source, m, affine, sx, sy, output, apart, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void NearestRow<T>(
        in WarpSource<T> source, in FixedMatrix m, in ChannelAffine affine, long sx, long sy, float* output, long apart,
        int count)
        where T : unmanaged, INumberBase<T>
    {
        (Vector256<long> ax, Vector256<long> bx) = Start(sx + (1L << 31), m.A);
        (Vector256<long> ay, Vector256<long> by) = Start(sy + (1L << 31), m.D);
        Vector256<long> stepX = Vector256.Create(Lanes * m.A), stepY = Vector256.Create(Lanes * m.D);
        int width = source.Width, height = source.Height, channels = source.Channels;
        Vector256<int> columns = Vector256.Create(width), pixel = Vector256.Create(channels * sizeof(T)), last = Last(source);
        for (int i = 0; i < count; i += Lanes, ax += stepX, bx += stepX, ay += stepY, by += stepY)
        {
            Vector256<int> x = Upper(ax, bx), y = Upper(ay, by), outside = Outside(x, width) | Outside(y, height);
            bool blank = false;
            if (outside != Vector256<int>.Zero)
            {
                (x, y) = (Fold(x, width, source.Border), Fold(y, height, source.Border));
                if ((Outside(x, width) | Outside(y, height)) != Vector256<int>.Zero)
                {
                    OneByOne(source, sx + (i * m.A), sy + (i * m.D), m, true, affine, output + i, apart);
                    continue;
                }

                blank = source.Border == Border.Constant;
            }

            Vector256<int> at = ((y * columns) + x) * pixel, word = Word<T>(source.Pixels, at, last);
            for (int c = 0; c < channels; c++)
            {
                Vector256<float> value = Value<T>(source.Pixels, at, word, last, c);
                if (blank)
                    value = Vector256.ConditionalSelect(outside.AsSingle(), Vector256.Create(source.Fill[c]), value);
                Finish(value, affine, c, output + (c * apart) + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void GreyRow<T>(in WarpSource<T> source, in FixedMatrix m, in ChannelAffine affine, long sx, long sy,
        float* output, int count)
        where T : unmanaged, INumberBase<T>
    {
        (Vector256<long> ax, Vector256<long> bx) = Start(sx, m.A);
        (Vector256<long> ay, Vector256<long> by) = Start(sy, m.D);
        Vector256<long> stepX = Vector256.Create(Lanes * m.A), stepY = Vector256.Create(Lanes * m.D);
        int width = source.Width, height = source.Height;
        T* pixels = source.Pixels;
        Vector256<int> columns = Vector256.Create(width), below = Vector256.Create(width * sizeof(T)), last = Last(source);
        Vector256<float> scale = Vector256.Create(affine.Scale.First), offset = Vector256.Create(affine.Offset.First);
        for (int i = 0; i < count; i += Lanes, ax += stepX, bx += stepX, ay += stepY, by += stepY)
        {
            Vector256<int> x = Upper(ax, bx), y = Upper(ay, by);
            if ((Outside(x, width - 1) | Outside(y, height - 1)) != Vector256<int>.Zero)
            {
                if (!AcrossBorder(source, ax, bx, ay, by, affine, output + i, 0))
                    OneByOne(source, sx + (i * m.A), sy + (i * m.D), m, false, affine, output + i, 0);
                continue;
            }

            Vector256<float> fx = Fraction(ax, bx), fy = Fraction(ay, by), top, bottom;
            Vector256<int> at = ((y * columns) + x) * sizeof(T);
            if (sizeof(T) < 4)
            {
                // Both columns of a row come in one load.
                Vector256<int> upper = Word<T>(pixels, at, last), lower = Word<T>(pixels, at + below, last);
                top = Blend(Low<T>(upper), Low<T>(upper >>> (8 * sizeof(T))), fx);
                bottom = Blend(Low<T>(lower), Low<T>(lower >>> (8 * sizeof(T))), fx);
            }
            else
            {
                top = Blend(Gather(pixels, at).AsSingle(), Gather(pixels + 1, at).AsSingle(), fx);
                bottom = Blend(Gather(pixels + width, at).AsSingle(), Gather(pixels + width + 1, at).AsSingle(), fx);
            }

            Vector256.FusedMultiplyAdd(Blend(top, bottom, fy), scale, offset).Store(output + i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ColourRow<T>(
        in WarpSource<T> source, in FixedMatrix m, in ChannelAffine affine, long sx, long sy, float* output, long apart,
        int count)
        where T : unmanaged, INumberBase<T>
    {
        (Vector256<long> ax, Vector256<long> bx) = Start(sx, m.A);
        (Vector256<long> ay, Vector256<long> by) = Start(sy, m.D);
        Vector256<long> stepX = Vector256.Create(Lanes * m.A), stepY = Vector256.Create(Lanes * m.D);
        int width = source.Width, height = source.Height, pixel = 3 * sizeof(T);
        T* pixels = source.Pixels;
        Vector256<int> columns = Vector256.Create(width), below = Vector256.Create(width * pixel),
            right = Vector256.Create(pixel), last = Last(source);
        for (int i = 0; i < count; i += Lanes, ax += stepX, bx += stepX, ay += stepY, by += stepY)
        {
            Vector256<int> x = Upper(ax, bx), y = Upper(ay, by);
            if ((Outside(x, width - 1) | Outside(y, height - 1)) != Vector256<int>.Zero)
            {
                if (!AcrossBorder(source, ax, bx, ay, by, affine, output + i, apart))
                    OneByOne(source, sx + (i * m.A), sy + (i * m.D), m, false, affine, output + i, apart);
                continue;
            }

            Vector256<float> fx = Fraction(ax, bx), fy = Fraction(ay, by);
            Vector256<int> topLeft = ((y * columns) + x) * right, topRight = topLeft + right, bottomLeft = topLeft +
                below, bottomRight = bottomLeft + right;
            Vector256<int> w0 = Word<T>(pixels, topLeft, last), w1 = Word<T>(pixels, topRight, last);
            Vector256<int> w2 = Word<T>(pixels, bottomLeft, last), w3 = Word<T>(pixels, bottomRight, last);
            for (int c = 0; c < 3; c++)
            {
                Vector256<float> upper =
                    Blend(Value<T>(pixels, topLeft, w0, last, c), Value<T>(pixels, topRight, w1, last, c), fx);
                Vector256<float> lower =
                    Blend(Value<T>(pixels, bottomLeft, w2, last, c), Value<T>(pixels, bottomRight, w3, last, c), fx);
                Finish(Blend(upper, lower, fy), affine, c, output + (c * apart) + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool AcrossBorder<T>(
        in WarpSource<T> source, Vector256<long> ax, Vector256<long> bx, Vector256<long> ay, Vector256<long> by,
        in ChannelAffine affine,
        float* output, long apart)
        where T : unmanaged, INumberBase<T>
    {
        if (source.Border == Border.Wrap)
        {
            bool nearX = Wrap(ref ax, source.Width) & Wrap(ref bx, source.Width),
                nearY = Wrap(ref ay, source.Height) & Wrap(ref by, source.Height);
            if (!nearX || !nearY)
                return false;
        }

        Vector256<int> left = Upper(ax, bx), top = Upper(ay, by), right = left + Vector256<int>.One, bottom = top +
            Vector256<int>.One;
        Vector256<float> fx = Fraction(ax, bx), fy = Fraction(ay, by);
        Vector256<float> offLeft = Outside(left, source.Width).AsSingle(), offRight = Outside(right, source.Width).AsSingle();
        Vector256<float> offTop = Outside(top, source.Height).AsSingle(), offBottom = Outside(bottom, source.Height).AsSingle();
        (left, right) = (Fold(left, source.Width, source.Border), Fold(right, source.Width, source.Border));
        (top, bottom) = (Fold(top, source.Height, source.Border), Fold(bottom, source.Height, source.Border));
        Vector256<int> outside = Outside(
            left, source.Width) | Outside(right, source.Width) | Outside(top, source.Height) | Outside(bottom, source.Height);
        if (outside != Vector256<int>.Zero)
            return false;
        int pixel = source.Channels * sizeof(T);
        Vector256<int> topLeft = ((top * source.Width) + left) * pixel, topRight = ((top * source.Width) + right) * pixel;
        Vector256<int> bottomLeft = ((bottom * source.Width) + left) * pixel,
            bottomRight = ((bottom * source.Width) + right) * pixel;
        T* pixels = source.Pixels;
        Vector256<int> last = Last(source);
        Vector256<int> w0 = Word<T>(pixels, topLeft, last), w1 = Word<T>(pixels, topRight, last);
        Vector256<int> w2 = Word<T>(pixels, bottomLeft, last), w3 = Word<T>(pixels, bottomRight, last);
        for (int c = 0; c < source.Channels; c++)
        {
            Vector256<float> v0 = Value<T>(pixels, topLeft, w0, last, c), v1 = Value<T>(pixels, topRight, w1, last, c);
            Vector256<float> v2 = Value<T>(pixels, bottomLeft, w2, last, c), v3 = Value<T>(pixels, bottomRight, w3, last, c);
            if (source.Border == Border.Constant)
            {
                Vector256<float> fill = Vector256.Create(source.Fill[c]);
                v0 = Vector256.ConditionalSelect(offLeft | offTop, fill, v0);
                v1 = Vector256.ConditionalSelect(offRight | offTop, fill, v1);
                v2 = Vector256.ConditionalSelect(offLeft | offBottom, fill, v2);
                v3 = Vector256.ConditionalSelect(offRight | offBottom, fill, v3);
            }

            Finish(Blend(Blend(v0, v1, fx), Blend(v2, v3, fx), fy), affine, c, output + (c * apart));
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OneByOne<T>(
        in WarpSource<T> source, long sx, long sy, in FixedMatrix m, bool nearest, in ChannelAffine affine, float* output,
        long apart)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < Lanes; i++, sx += m.A, sy += m.D)
        {
            for (int c = 0; c < source.Channels; c++)
            {
                float value = nearest ? WarpGeneral.Nearest(source, sx, sy, c) : WarpGeneral.Bilinear(source, sx, sy, c);
                output[(c * apart) + i] = MathF.FusedMultiplyAdd(value, affine.Scale[c], affine.Offset[c]);
            }
        }
    }

    /// <summary>The last offset from which four bytes lie in the record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Last<T>(in WarpSource<T> source)
        where T : unmanaged => Vector256.Create((source.Width * source.Height * source.Channels * sizeof(T)) - 4);

    /// <summary>Four bytes from each offset on; those beyond the record's end are 0, and are not read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Word<T>(T* pixels, Vector256<int> at, Vector256<int> last)
        where T : unmanaged
    {
        if (sizeof(T) == 4)
            return Gather(pixels, at);
        Vector256<int> from = Vector256.Min(at, last);
        return Avx2.ShiftRightLogicalVariable(Gather(pixels, from), ((at - from) << 3).AsUInt32());
    }

    /// <summary>A channel of eight pixels; 16-bit values and floats of later channels take a load of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Value<T>(T* pixels, Vector256<int> at, Vector256<int> word, Vector256<int> last, int channel)
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte))
            return Low<T>(word >>> (8 * channel));
        return Low<T>(channel == 0 ? word : Word<T>(pixels, at + Vector256.Create(channel * sizeof(T)), last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Low<T>(Vector256<int> word)
        where T : unmanaged =>
        typeof(T) == typeof(float)
            ? word.AsSingle() : Vector256.ConvertToSingle(word & Vector256.Create(typeof(T) == typeof(byte) ? 0xFF : 0xFFFF));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Blend(Vector256<float> a, Vector256<float> b, Vector256<float> weight) =>
        Vector256.FusedMultiplyAdd(b - a, weight, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector256<float> value, in ChannelAffine affine, int channel, float* output) =>
        Vector256.FusedMultiplyAdd(value, Vector256.Create(affine.Scale[channel]), Vector256.Create(affine.Offset[channel]))
            .Store(output);

    /// <summary>Masked with a zero source: the plain gather waits for the old value of its destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Gather(void* start, Vector256<int> at) =>
        Avx2.GatherMaskVector256(Vector256<int>.Zero, (int*)start, at, Vector256<int>.AllBitsSet, 1);
}

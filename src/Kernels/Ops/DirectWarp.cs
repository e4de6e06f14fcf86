using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The vector body for everything that <see cref="BoxWarp"/> is not made for: 16-bit and float records, three channels, nearest, wrap, any
/// fill, any distance. Eight pixels at a time, gathered from the record itself. Long because every case of a vector is written out.
/// </summary>
/// <remarks>
/// Coordinates are the reference's own 32.32, kept in two vectors of four: nearest is equal to it to the bit. A vector whose pixels all lie
/// inside takes no border code; one that crosses a border is folded once; what then is still outside goes through
/// <see cref="WarpGeneral"/>, pixel by pixel. Needs AVX2 and FMA, and a record of 4 to 2^31 - 1 bytes.
/// </remarks>
internal static unsafe class DirectWarp
{
    private const int Lanes = 8;

    /// <summary>Whether a record of this size can be gathered from with 32-bit offsets and 32-bit loads.</summary>
    public static bool Takes(long bytes) => bytes is >= 4 and <= int.MaxValue;

    /// <summary>Writes a plane of width x height values for each channel, one after the other.</summary>
    public static void Run<T>(
        in WarpSource<T> source, in FixedMatrix m, Interpolation interpolation, in ChannelAffine affine, float* planes, int width, int height)
        where T : unmanaged, INumberBase<T>
    {
        // The lanes of a vector of 64-bit coordinates, so that one shuffle brings eight upper or lower halves into order.
        Vector256<long> stepX = Vector256.Create(Lanes * m.A), stepY = Vector256.Create(Lanes * m.D);
        Vector256<long> firstX = Vector256.Create(0, m.A, 4 * m.A, 5 * m.A), secondX = firstX + Vector256.Create(2 * m.A);
        Vector256<long> firstY = Vector256.Create(0, m.D, 4 * m.D, 5 * m.D), secondY = firstY + Vector256.Create(2 * m.D);
        float* tail = stackalloc float[3 * Lanes];
        long plane = (long)width * height;
        bool nearest = interpolation == Interpolation.Nearest;
        long half = nearest ? 1L << 31 : 0;
        for (int y = 0; y < height; y++)
        {
            long startX = m.C + (y * m.B) + half, startY = m.F + (y * m.E) + half;
            Vector256<long> ax = Vector256.Create(startX) + firstX, bx = Vector256.Create(startX) + secondX;
            Vector256<long> ay = Vector256.Create(startY) + firstY, by = Vector256.Create(startY) + secondY;
            float* row = planes + ((long)y * width);
            for (int x = 0; x < width; x += Lanes)
            {
                bool whole = x + Lanes <= width;
                float* output = whole ? row + x : tail;
                long apart = whole ? plane : Lanes;
                bool done = nearest
                    ? Nearest(source, Upper(ax, bx), Upper(ay, by), affine, output, apart)
                    : Bilinear(source, ax, bx, ay, by, affine, output, apart);
                int lanes = Math.Min(Lanes, width - x);
                if (!done)
                    OneByOne(source, startX - half + (x * m.A), startY - half + (x * m.D), m, nearest, affine, output, apart, lanes);
                for (int c = 0; !whole && c < source.Channels; c++)
                    new ReadOnlySpan<float>(tail + (c * Lanes), lanes).CopyTo(new Span<float>(row + (c * plane) + x, lanes));
                ax += stepX;
                bx += stepX;
                ay += stepY;
                by += stepY;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Nearest<T>(
        in WarpSource<T> source, Vector256<int> x, Vector256<int> y, in ChannelAffine affine, float* output, long apart)
        where T : unmanaged, INumberBase<T>
    {
        Vector256<int> outside = Outside(x, source.Width) | Outside(y, source.Height);
        bool blank = false;
        if (outside != Vector256<int>.Zero)
        {
            (x, y) = (Fold(x, source.Width, source.Border), Fold(y, source.Height, source.Border));
            if ((Outside(x, source.Width) | Outside(y, source.Height)) != Vector256<int>.Zero)
                return false;
            blank = source.Border == Border.Constant;
        }

        Vector256<int> at = ((y * source.Width) + x) * (source.Channels * sizeof(T)), word = Word(source, at);
        for (int c = 0; c < source.Channels; c++)
        {
            Vector256<float> value = Value(source, at, word, c);
            if (blank)
                value = Vector256.ConditionalSelect(outside.AsSingle(), Vector256.Create(source.Fill[c]), value);
            Finish(value, affine, c, output + (c * apart));
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Bilinear<T>(
        in WarpSource<T> source, Vector256<long> ax, Vector256<long> bx, Vector256<long> ay, Vector256<long> by, in ChannelAffine affine,
        float* output, long apart)
        where T : unmanaged, INumberBase<T>
    {
        Vector256<int> x = Upper(ax, bx), y = Upper(ay, by);
        if ((Outside(x, source.Width - 1) | Outside(y, source.Height - 1)) != Vector256<int>.Zero)
            return AcrossBorder(source, ax, bx, ay, by, affine, output, apart);
        Vector256<float> fx = Fraction(ax, bx), fy = Fraction(ay, by);
        int pixel = source.Channels * sizeof(T), row = source.Width * pixel;
        Vector256<int> topLeft = ((y * source.Width) + x) * pixel, bottomLeft = topLeft + Vector256.Create(row);
        if (sizeof(T) < 4 && source.Channels == 1)
        {
            // Both columns of a row come in one load.
            Vector256<int> top = Word(source, topLeft), bottom = Word(source, bottomLeft);
            Vector256<float> upper = Blend(Low<T>(top), Low<T>(top >>> (8 * sizeof(T))), fx);
            Finish(Blend(upper, Blend(Low<T>(bottom), Low<T>(bottom >>> (8 * sizeof(T))), fx), fy), affine, 0, output);
            return true;
        }

        Vector256<int> topRight = topLeft + Vector256.Create(pixel), bottomRight = bottomLeft + Vector256.Create(pixel);
        Vector256<int> w0 = Word(source, topLeft), w1 = Word(source, topRight), w2 = Word(source, bottomLeft), w3 = Word(source, bottomRight);
        for (int c = 0; c < source.Channels; c++)
        {
            Vector256<float> upper = Blend(Value(source, topLeft, w0, c), Value(source, topRight, w1, c), fx);
            Vector256<float> lower = Blend(Value(source, bottomLeft, w2, c), Value(source, bottomRight, w3, c), fx);
            Finish(Blend(upper, lower, fy), affine, c, output + (c * apart));
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool AcrossBorder<T>(
        in WarpSource<T> source, Vector256<long> ax, Vector256<long> bx, Vector256<long> ay, Vector256<long> by, in ChannelAffine affine,
        float* output, long apart)
        where T : unmanaged, INumberBase<T>
    {
        if (source.Border == Border.Wrap && !(Wrap(ref ax, source.Width) & Wrap(ref bx, source.Width) & Wrap(ref ay, source.Height) & Wrap(ref by, source.Height)))
            return false;
        Vector256<int> left = Upper(ax, bx), top = Upper(ay, by), right = left + Vector256<int>.One, bottom = top + Vector256<int>.One;
        Vector256<float> fx = Fraction(ax, bx), fy = Fraction(ay, by);
        Vector256<float> offLeft = Outside(left, source.Width).AsSingle(), offRight = Outside(right, source.Width).AsSingle();
        Vector256<float> offTop = Outside(top, source.Height).AsSingle(), offBottom = Outside(bottom, source.Height).AsSingle();
        (left, right) = (Fold(left, source.Width, source.Border), Fold(right, source.Width, source.Border));
        (top, bottom) = (Fold(top, source.Height, source.Border), Fold(bottom, source.Height, source.Border));
        Vector256<int> outside = Outside(left, source.Width) | Outside(right, source.Width) | Outside(top, source.Height) | Outside(bottom, source.Height);
        if (outside != Vector256<int>.Zero)
            return false;
        int pixel = source.Channels * sizeof(T);
        Vector256<int> topLeft = ((top * source.Width) + left) * pixel, topRight = ((top * source.Width) + right) * pixel;
        Vector256<int> bottomLeft = ((bottom * source.Width) + left) * pixel, bottomRight = ((bottom * source.Width) + right) * pixel;
        Vector256<int> w0 = Word(source, topLeft), w1 = Word(source, topRight), w2 = Word(source, bottomLeft), w3 = Word(source, bottomRight);
        for (int c = 0; c < source.Channels; c++)
        {
            Vector256<float> v0 = Value(source, topLeft, w0, c), v1 = Value(source, topRight, w1, c);
            Vector256<float> v2 = Value(source, bottomLeft, w2, c), v3 = Value(source, bottomRight, w3, c);
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
        in WarpSource<T> source, long sx, long sy, in FixedMatrix m, bool nearest, in ChannelAffine affine, float* output, long apart, int count)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < count; i++, sx += m.A, sy += m.D)
        {
            for (int c = 0; c < source.Channels; c++)
            {
                float value = nearest ? WarpGeneral.Nearest(source, sx, sy, c) : WarpGeneral.Bilinear(source, sx, sy, c);
                output[(c * apart) + i] = MathF.FusedMultiplyAdd(value, affine.Scale[c], affine.Offset[c]);
            }
        }
    }

    /// <summary>One fold or shift towards the inside; what needs more stays outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Fold(Vector256<int> index, int length, Border border)
    {
        switch (border)
        {
            case Border.Reflect:
                return Vector256.Min(Vector256.Max(index, ~index), Vector256.Create((2 * length) - 1) - Vector256.Max(index, ~index));
            case Border.Mirror:
                return Vector256.Min(Vector256.Abs(index), Vector256.Create((2 * length) - 2) - Vector256.Abs(index));
            case Border.Wrap:
                Vector256<int> period = Vector256.Create(length);
                Vector256<int> below = Vector256.LessThan(index, Vector256<int>.Zero), above = Vector256.GreaterThan(index, Vector256.Create(length - 1));
                return index + (period & below) - (period & above);
            default:
                return Vector256.Min(Vector256.Max(index, Vector256<int>.Zero), Vector256.Create(length - 1));
        }
    }

    /// <summary><see cref="BorderMap.Wrap"/> by at most one length; false where a coordinate needs more.</summary>
    private static bool Wrap(ref Vector256<long> coordinate, int length)
    {
        Vector256<long> last = Vector256.Create((long)(length - 1) << 32), period = Vector256.Create((long)length << 32), zero = Vector256<long>.Zero;
        Vector256<long> below = Vector256.LessThan(coordinate, zero), above = Vector256.GreaterThan(coordinate, last);
        bool near = Vector256.GreaterThanAll(coordinate, -last) && Vector256.LessThanAll(coordinate, last + last);
        Vector256<long> moved = coordinate + (period & below) - (period & above);
        moved = Vector256.ConditionalSelect(Vector256.LessThan(moved, zero), zero, moved);
        coordinate = Vector256.ConditionalSelect(Vector256.GreaterThan(moved, last), last, moved);
        return near;
    }

    /// <summary>All bits set where an index is not in [0, length).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Outside(Vector256<int> index, int length)
    {
        Vector256<uint> last = Vector256.Create((uint)length - 1);
        return length == 0 ? Vector256<int>.AllBitsSet : ~Vector256.Equals(Vector256.Min(index.AsUInt32(), last), index.AsUInt32()).AsInt32();
    }

    /// <summary>The whole parts of eight 32.32 coordinates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Upper(Vector256<long> a, Vector256<long> b) => Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b11_01_11_01).AsInt32();

    /// <summary>Their fractions, rounded down to 24 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fraction(Vector256<long> a, Vector256<long> b)
    {
        Vector256<int> bits = Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00).AsInt32();
        return Vector256.ConvertToSingle(bits >>> 8) * (1f / (1 << 24));
    }

    /// <summary>Four bytes from each offset on; those beyond the record's end are 0, and are not read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Word<T>(in WarpSource<T> source, Vector256<int> at)
        where T : unmanaged
    {
        if (sizeof(T) == 4)
            return Gather(source.Pixels, at);
        Vector256<int> last = Vector256.Create((source.Width * source.Height * source.Channels * sizeof(T)) - 4), from = Vector256.Min(at, last);
        return Avx2.ShiftRightLogicalVariable(Gather(source.Pixels, from), ((at - from) << 3).AsUInt32());
    }

    /// <summary>A channel of eight pixels; 16-bit values and floats of later channels take a load of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Value<T>(in WarpSource<T> source, Vector256<int> at, Vector256<int> word, int channel)
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte))
            return Low<T>(word >>> (8 * channel));
        return Low<T>(channel == 0 ? word : Word(source, at + Vector256.Create(channel * sizeof(T))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Low<T>(Vector256<int> word)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? word.AsSingle() : Vector256.ConvertToSingle(word & Vector256.Create(typeof(T) == typeof(byte) ? 0xFF : 0xFFFF));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Blend(Vector256<float> a, Vector256<float> b, Vector256<float> weight) => Vector256.FusedMultiplyAdd(b - a, weight, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector256<float> value, in ChannelAffine affine, int channel, float* output) =>
        Vector256.FusedMultiplyAdd(value, Vector256.Create(affine.Scale[channel]), Vector256.Create(affine.Offset[channel])).Store(output);

    /// <summary>Masked with a zero source: the plain gather waits for the old value of its destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Gather(void* start, Vector256<int> at) =>
        Avx2.GatherMaskVector256(Vector256<int>.Zero, (int*)start, at, Vector256<int>.AllBitsSet, 1);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Sixteen channels in an AVX-512 register.</summary>
internal readonly unsafe struct Lanes16(Vector512<float> value) : ILanes<Lanes16>
{
    private readonly Vector512<float> _value = value;

    public static int Count => 16;

    public static bool IsSupported => Avx512F.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Add(Lanes16 a, Lanes16 b, Lanes16 c) => new(Avx512F.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Subtract(Lanes16 a, Lanes16 b, Lanes16 c) =>
        new(Avx512F.FusedMultiplyAddNegated(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Largest(Lanes16 a, Lanes16 b) => new(Vector512.Max(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pool(Lanes16 a, Lanes16 b, Lanes16 c, Lanes16 d, Lanes16 bias, float* value, byte* place)
    {
        Vector512<float> most = a._value;
        Vector512<int> which = Vector512<int>.Zero;
        Take(b._value, 1, ref most, ref which);
        Take(c._value, 2, ref most, ref which);
        Take(d._value, 3, ref most, ref which);
        most += bias._value;
        Vector512<float> isDead = Vector512.LessThanOrEqual(most, Vector512<float>.Zero);
        Vector512.ConditionalSelect(isDead, Vector512<float>.Zero, most).Store(value);
        Avx512F.ConvertToVector128Byte(
            Vector512.ConditionalSelect(isDead.AsInt32(), Vector512.Create((int)PoolPlace.None), which)).Store(place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread(Lanes16 gradient, byte* place, out Lanes16 a, out Lanes16 b, out Lanes16 c, out Lanes16 d)
    {
        Vector512<float> slope = gradient._value;
        Vector512<int> which = Avx512F.ConvertToVector512Int32(Vector128.Load(place));
        a = new(slope & Vector512.Equals(which, Vector512<int>.Zero).AsSingle());
        b = new(slope & Vector512.Equals(which, Vector512.Create(1)).AsSingle());
        c = new(slope & Vector512.Equals(which, Vector512.Create(2)).AsSingle());
        d = new(slope & Vector512.Equals(which, Vector512.Create(3)).AsSingle());
    }

    public static void Sum(float* a, float* b, nint step, int count, double* sums, double* products)
    {
        Vector512<double> sumLow = Vector512.Load(sums), sumHigh = Vector512.Load(sums + 8);
        Vector512<double> productLow = Vector512.Load(products), productHigh = Vector512.Load(products + 8);
        for (int i = 0; i < count; i++, a += step, b += step)
        {
            (Vector512<double> aLow, Vector512<double> aHigh) = Vector512.Widen(Vector512.Load(a));
            (Vector512<double> bLow, Vector512<double> bHigh) = Vector512.Widen(Vector512.Load(b));
            sumLow += aLow;
            sumHigh += aHigh;
            productLow = Vector512.FusedMultiplyAdd(aLow, bLow, productLow);
            productHigh = Vector512.FusedMultiplyAdd(aHigh, bHigh, productHigh);
        }

        sumLow.Store(sums);
        sumHigh.Store(sums + 8);
        productLow.Store(products);
        productHigh.Store(products + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => _value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector512<float> x, int number, ref Vector512<float> most, ref Vector512<int> which)
    {
        // The second comparison lets NaN through, as the tensor library does.
        Vector512<float> isMore = Vector512.GreaterThan(x, most) | ~Vector512.Equals(x, x);
        most = Vector512.ConditionalSelect(isMore, x, most);
        which = Vector512.ConditionalSelect(isMore.AsInt32(), Vector512.Create(number), which);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Eight channels in an AVX2 register.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    private readonly Vector256<float> _value = value;

    public static int Count => 8;

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Add(Lanes8 a, Lanes8 b, Lanes8 c) => new(Fma.MultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Subtract(Lanes8 a, Lanes8 b, Lanes8 c) => new(Fma.MultiplyAddNegated(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Largest(Lanes8 a, Lanes8 b) => new(Vector256.Max(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pool(Lanes8 a, Lanes8 b, Lanes8 c, Lanes8 d, Lanes8 bias, float* value, byte* place)
    {
        Vector256<float> most = a._value;
        Vector256<int> which = Vector256<int>.Zero;
        Take(b._value, 1, ref most, ref which);
        Take(c._value, 2, ref most, ref which);
        Take(d._value, 3, ref most, ref which);
        most += bias._value;
        Vector256<float> isDead = Vector256.LessThanOrEqual(most, Vector256<float>.Zero);
        Vector256.ConditionalSelect(isDead, Vector256<float>.Zero, most).Store(value);
        which = Vector256.ConditionalSelect(isDead.AsInt32(), Vector256.Create((int)PoolPlace.None), which);
        Vector128<short> words = Vector128.Narrow(which.GetLower(), which.GetUpper());
        *(ulong*)place = Vector128.Narrow(words, words).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread(Lanes8 gradient, byte* place, out Lanes8 a, out Lanes8 b, out Lanes8 c, out Lanes8 d)
    {
        Vector256<float> slope = gradient._value;
        Vector256<int> which = Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(*(ulong*)place).AsByte());
        a = new(slope & Vector256.Equals(which, Vector256<int>.Zero).AsSingle());
        b = new(slope & Vector256.Equals(which, Vector256.Create(1)).AsSingle());
        c = new(slope & Vector256.Equals(which, Vector256.Create(2)).AsSingle());
        d = new(slope & Vector256.Equals(which, Vector256.Create(3)).AsSingle());
    }

    public static void Sum(float* a, float* b, nint step, int count, double* sums, double* products)
    {
        Vector256<double> sumLow = Vector256.Load(sums), sumHigh = Vector256.Load(sums + 4);
        Vector256<double> productLow = Vector256.Load(products), productHigh = Vector256.Load(products + 4);
        for (int i = 0; i < count; i++, a += step, b += step)
        {
            (Vector256<double> aLow, Vector256<double> aHigh) = Vector256.Widen(Vector256.Load(a));
            (Vector256<double> bLow, Vector256<double> bHigh) = Vector256.Widen(Vector256.Load(b));
            sumLow += aLow;
            sumHigh += aHigh;
            productLow = Vector256.FusedMultiplyAdd(aLow, bLow, productLow);
            productHigh = Vector256.FusedMultiplyAdd(aHigh, bHigh, productHigh);
        }

        sumLow.Store(sums);
        sumHigh.Store(sums + 4);
        productLow.Store(products);
        productHigh.Store(products + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => _value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector256<float> x, int number, ref Vector256<float> most, ref Vector256<int> which)
    {
        // The second comparison lets NaN through, as the tensor library does.
        Vector256<float> isMore = Vector256.GreaterThan(x, most) | ~Vector256.Equals(x, x);
        most = Vector256.ConditionalSelect(isMore, x, most);
        which = Vector256.ConditionalSelect(isMore.AsInt32(), Vector256.Create(number), which);
    }
}

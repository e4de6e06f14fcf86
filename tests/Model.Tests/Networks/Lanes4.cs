using System.Runtime.Intrinsics;
using ChestXray.Model.Networks.Convolutions;

namespace ChestXray.Model.Tests.Networks;

/// <summary>Four channels, one after the other: the plain twin of the vector types, on any processor.</summary>
internal readonly unsafe struct Lanes4(Vector128<float> value) : ILanes<Lanes4>
{
    private readonly Vector128<float> _value = value;

    public static int Count => 4;

    public static bool IsSupported => true;

    public static Lanes4 Load(float* from) => new(Vector128.Load(from));

    public static Lanes4 Broadcast(float value) => new(Vector128.Create(value));

    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._value + b._value);

    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._value - b._value);

    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a._value * b._value);

    public static Lanes4 Add(Lanes4 a, Lanes4 b, Lanes4 c) => new((a._value * b._value) + c._value);

    public static Lanes4 Subtract(Lanes4 a, Lanes4 b, Lanes4 c) => new(c._value - (a._value * b._value));

    public static Lanes4 Largest(Lanes4 a, Lanes4 b) => new(Vector128.Max(a._value, b._value));

    public static void Pool(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d, Lanes4 bias, float* value, byte* place)
    {
        for (int lane = 0; lane < Count; lane++)
        {
            float[] four = [a._value[lane], b._value[lane], c._value[lane], d._value[lane]];
            float most = four.Max() + bias._value[lane];
            (value[lane], place[lane]) = most > 0 ? (most, (byte)Array.IndexOf(four, four.Max())) : (0, PoolPlace.None);
        }
    }

    public static void Spread(Lanes4 gradient, byte* place, out Lanes4 a, out Lanes4 b, out Lanes4 c, out Lanes4 d) =>
        (a, b, c, d) = (At(0, gradient, place), At(1, gradient, place), At(2, gradient, place), At(3, gradient, place));

    public static void Sum(float* a, float* b, nint step, int count, double* sums, double* products)
    {
        for (int i = 0; i < count * Count; i++)
        {
            nint at = (i / Count * step) + (i % Count);
            sums[i % Count] += a[at];
            products[i % Count] += (double)a[at] * b[at];
        }
    }

    public void Store(float* to) => _value.Store(to);

    private static Lanes4 At(int number, Lanes4 gradient, byte* place)
    {
        float* taken = stackalloc float[Count];
        for (int lane = 0; lane < Count; lane++)
            taken[lane] = place[lane] == number ? gradient._value[lane] : 0;
        return Load(taken);
    }
}

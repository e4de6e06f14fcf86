namespace ChestXray.Pipeline.Dataset;

/// <summary>NumPy's legacy generator (`RandomState`): MT19937 seeded by `init_genrand`, and its permutation.</summary>
/// <remarks>
/// Source: NumPy's mt19937.c and legacy `RandomState.shuffle`; permutation(10) of seed 0 is 2 8 4 9 1 6 7 3 0 5.
/// </remarks>
internal sealed class NumpyLegacyRandom
{
    private const int Length = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Length];
    private int _position = Length;

    public NumpyLegacyRandom(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Length; i++)
            _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
    }

    /// <summary>`RandomState.permutation(count)`.</summary>
    public int[] Permutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)Interval((uint)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>A number from 0 to <paramref name="max"/>, both included, by masked rejection.</summary>
    private uint Interval(uint max)
    {
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(max);
        uint value;
        do
            value = Next() & mask;
        while (value > max);
        return value;
    }

    private uint Next()
    {
        if (_position == Length)
            Refill();
        uint y = _state[_position++];
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c5680u;
        y ^= y << 15 & 0xefc60000u;
        return y ^ y >> 18;
    }

    private void Refill()
    {
        for (int i = 0; i < Length; i++)
        {
            uint y = _state[i] & 0x80000000u | _state[(i + 1) % Length] & 0x7fffffffu;
            _state[i] = _state[(i + Middle) % Length] ^ y >> 1 ^ ((y & 1) != 0 ? 0x9908b0dfu : 0);
        }

        _position = 0;
    }
}

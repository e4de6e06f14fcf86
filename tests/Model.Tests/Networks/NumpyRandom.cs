namespace ChestXray.Model.Tests.Networks;

/// <summary>NumPy's `RandomState(seed).random_sample`: MT19937 seeded by init_genrand, 53 bits from two words.</summary>
internal sealed class NumpyRandom
{
    private const int Length = 624, Middle = 397;
    private readonly uint[] _state = new uint[Length];
    private int _position = Length;

    public NumpyRandom(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Length; i++)
            _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
    }

    public double Next()
    {
        uint high = Word() >> 5, low = Word() >> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    private uint Word()
    {
        if (_position == Length)
        {
            for (int i = 0; i < Length; i++)
            {
                uint mixed = (_state[i] & 0x80000000u) | (_state[(i + 1) % Length] & 0x7fffffffu);
                _state[i] = _state[(i + Middle) % Length] ^ (mixed >> 1) ^ ((mixed & 1) != 0 ? 0x9908b0dfu : 0);
            }

            _position = 0;
        }

        uint y = _state[_position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }
}

namespace ChestXray.Pipeline.Tests.Phantoms;

/// <summary>numpy's RandomState(0).permutation(n), written for these tests alone.</summary>
internal static class LegacyPermutation
{
    private const int Size = 624;

    public static int[] Of(int count)
    {
        uint[] state = new uint[Size];
        for (int i = 1; i < Size; i++)
            state[i] = (1812433253 * (state[i - 1] ^ (state[i - 1] >> 30))) + (uint)i;
        int next = Size;
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)i), drawn;
            do
                drawn = Next(state, ref next) & mask;
            while (drawn > i);
            (order[i], order[(int)drawn]) = (order[(int)drawn], order[i]);
        }

        return order;
    }

    private static uint Next(uint[] state, ref int next)
    {
        if (next == Size)
        {
            for (int i = 0; i < Size; i++)
            {
                uint joined = (state[i] & 0x80000000) | (state[(i + 1) % Size] & 0x7FFFFFFF);
                state[i] = state[(i + 397) % Size] ^ (joined >> 1) ^ ((joined & 1) * 0x9908B0DF);
            }

            next = 0;
        }

        uint y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }
}

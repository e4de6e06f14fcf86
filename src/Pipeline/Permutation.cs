using System.Numerics;

namespace ChestXray.Pipeline;

/// <summary>
/// A permutation of 0 .. count - 1 that is a pure function of (seed, epoch): any position in O(1), nothing stored. Thread-safe.
/// </summary>
/// <remarks>
/// A Feistel network of six rounds over the smallest even number of bits that holds the count, walked until it lands inside
/// (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). Round keys come from SplitMix64 over seed and epoch,
/// mixed and not added, so that (seed 0, epoch 1) is not (seed 1, epoch 0).
/// </remarks>
public readonly struct Permutation
{
    private const int Rounds = 6;
    private readonly ulong _key;
    private readonly uint _half;
    private readonly uint _mask;

    /// <summary>Makes the permutation.</summary>
    /// <param name="count">How many items, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">0-based.</param>
    public Permutation(int count, ulong seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Count = count;
        int bits = 32 - BitOperations.LeadingZeroCount((uint)count - 1);
        _half = (uint)Math.Max(1, (bits + 1) / 2);
        _mask = (1u << (int)_half) - 1;
        _key = Mix(Mix(seed) ^ (ulong)(uint)epoch * 0x9e3779b97f4a7c15);
    }

    /// <summary>How many items.</summary>
    public int Count { get; }

    /// <summary>The item at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative or not below <see cref="Count"/>.</exception>
    public int this[int position]
    {
        get
        {
            if ((uint)position >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(position), position, $"A position lies from 0 to {Count - 1}.");
            uint item = (uint)position;
            do
                item = Encrypt(item);
            while (item >= (uint)Count);
            return (int)item;
        }
    }

    private uint Encrypt(uint value)
    {
        uint left = value >> (int)_half, right = value & _mask;
        for (uint round = 1; round <= Rounds; round++)
            (left, right) = (right, left ^ (uint)Mix(_key + round * 0xd1342543de82ef95 + right) & _mask);
        return left << (int)_half | right;
    }

    /// <summary>SplitMix64's finaliser (Steele, Lea and Flood, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z + 0x9e3779b97f4a7c15 ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
}

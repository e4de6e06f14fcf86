using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Phantoms;

/// <summary>Random numbers as a pure function of a key and a counter: what one drawing takes never shifts another.</summary>
/// <remarks>The finaliser is SplitMix64's (Steele, Lea and Flood, 2014). Not thread-safe; every drawing has its own.</remarks>
internal sealed class Draws
{
    private readonly ulong _key;
    private ulong _counter;

    public Draws(ulong seed, ulong stream, ulong item = 0) => _key = Mix(Mix(Mix(seed) + stream) + item);

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float Unit() => (Mix(_key + (_counter++ * Step)) >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [low, high).</summary>
    public float Between(float low, float high) => low + ((high - low) * Unit());

    /// <summary>Uniform whole number from low to high, both included.</summary>
    public int Whole(int low, int high) => low + (int)(Unit() * (high - low + 1));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>-1 or +1: the patient's right (left in the picture) or left.</summary>
    public int Side() => Chance(0.5) ? -1 : 1;

    /// <summary>A key for <see cref="Noise"/>.</summary>
    public uint NoiseKey() => (uint)(Mix(_key + (_counter++ * Step)) >> 32);

    private const ulong Step = 0x9E3779B97F4A7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value += Step;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Phantoms;

/// <summary>Fields of random values that can be asked at any place in any order.</summary>
internal static class Noise
{
    /// <summary>32 well mixed bits of a lattice point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(uint key, int x, int y)
    {
        uint h = key ^ ((uint)x * 0x8DA6B343) ^ ((uint)y * 0xD8163841);
        h = (h ^ (h >> 16)) * 0x7FEB352D;
        h = (h ^ (h >> 15)) * 0x846CA68B;
        return h ^ (h >> 16);
    }

    /// <summary>Nearly normal, mean 0 and deviation 1, from the four bytes of a hash.</summary>
    public static float Grain(uint key, int x, int y)
    {
        uint h = Hash(key, x, y);
        float sum = (h & 255) + ((h >> 8) & 255) + ((h >> 16) & 255) + (h >> 24);
        return (sum - 510f) * (1f / 147.8f);
    }

    /// <summary>Smooth values in [0, 1], one independent value per unit square's corner.</summary>
    public static float Smooth(uint key, float x, float y)
    {
        float left = MathF.Floor(x), top = MathF.Floor(y);
        int i = (int)left, j = (int)top;
        float a = Ease(x - left), b = Ease(y - top);
        float upper = Corner(key, i, j) + (a * (Corner(key, i + 1, j) - Corner(key, i, j)));
        float lower = Corner(key, i, j + 1) + (a * (Corner(key, i + 1, j + 1) - Corner(key, i, j + 1)));
        return upper + (b * (lower - upper));
    }

    /// <summary>Distance to the nearest border between cells around one random point per unit square, in units.</summary>
    /// <remarks>Half the difference of the distances to the second nearest and the nearest point.</remarks>
    public static float CellBorder(uint key, float x, float y)
    {
        int i = (int)MathF.Floor(x), j = (int)MathF.Floor(y);
        float first = 9f, second = 9f;
        for (int cellY = j - 1; cellY <= j + 1; cellY++)
        {
            for (int cellX = i - 1; cellX <= i + 1; cellX++)
            {
                uint h = Hash(key, cellX, cellY);
                float dx = cellX + ((h & 0xFFFF) * (1f / 65536f)) - x, dy = cellY + ((h >> 16) * (1f / 65536f)) - y;
                float distance = MathF.Sqrt((dx * dx) + (dy * dy));
                second = MathF.Min(second, MathF.Max(first, distance));
                first = MathF.Min(first, distance);
            }
        }

        return 0.5f * (second - first);
    }

    private static float Corner(uint key, int x, int y) => (Hash(key, x, y) >> 8) * (1f / (1 << 24));

    private static float Ease(float t) => t * t * (3f - (2f * t));
}

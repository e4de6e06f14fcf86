namespace ChestXray.Pipeline.Phantoms;

/// <summary>Signs at the chest wall and the base.</summary>
internal static class WallSigns
{
    /// <summary>Fluid over the diaphragm: a bright base whose surface climbs the chest wall.</summary>
    public static void Effusion(Canvas canvas, Thorax thorax, Draws draws)
    {
        int first = draws.Side();
        bool both = draws.Chance(0.3);
        float amount = draws.Between(0.32f, 0.42f);
        foreach (int side in (ReadOnlySpan<int>)(both ? [-1, 1] : [first]))
        {
            float level = thorax.BaseOf(side) - draws.Between(0.10f, 0.17f), climb = draws.Between(0.06f, 0.10f);
            canvas.AddInLung(Half(side, 0.3f, 1f), (x, y) =>
            {
                float toWall = Math.Max(0f, thorax.Wall(y, side) - Math.Abs(x));
                return amount * Brush.Edge(y - level + (climb * MathF.Exp(-toWall / 0.035f)), 0.02f);
            });
        }
    }

    /// <summary>Air between chest wall and lung: a black band without vessels, bordered by a fine bright line.</summary>
    public static void Pneumothorax(Canvas canvas, Thorax thorax, Draws draws)
    {
        int side = draws.Side();
        float gap = draws.Between(0.055f, 0.09f), apex = draws.Between(0.03f, 0.06f);
        float line = draws.Between(0.20f, 0.30f), air = draws.Between(-0.17f, -0.12f);
        canvas.AddInLung(Half(side, 0f, 1f), (x, y) =>
        {
            float down = Math.Clamp((y - thorax.LungTop) / (thorax.BaseOf(side) - thorax.LungTop), 0f, 1f);
            float toLung = thorax.Wall(y - apex, side) - (gap * (1f - (0.5f * down))) - Math.Abs(x);
            return (air * Brush.Edge(-toLung, 0.008f)) + (line * Brush.Bell(toLung / 0.0045f));
        });
    }

    /// <summary>A bright, chalky, uneven rim along a part of the chest wall.</summary>
    public static void PleuralThickening(Canvas canvas, Thorax thorax, Draws draws)
    {
        int side = draws.Side();
        float middle = thorax.Place(side, 1f, draws.Between(0.3f, 0.6f)).Y, half = draws.Between(0.11f, 0.18f);
        float depth = draws.Between(0.032f, 0.046f), amount = draws.Between(0.52f, 0.64f);
        uint key = draws.NoiseKey();
        canvas.AddInLung(Half(side, middle - half - 0.03f, middle + half + 0.03f), (x, y) =>
        {
            float along = Brush.Edge(half - Math.Abs(y - middle), 0.06f);
            float rim = depth * along * (0.6f + (0.8f * Noise.Smooth(key, 0f, y * 32f)));
            float toWall = thorax.Wall(y, side) - Math.Abs(x);
            return amount * Brush.Edge(rim - toWall, 0.012f) * along;
        });
    }

    private static Box Half(int side, float top, float bottom) => new(side < 0 ? -0.5f : 0f, top, side < 0 ? 0f : 0.5f, bottom);
}

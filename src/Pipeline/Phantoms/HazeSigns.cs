namespace ChestXray.Pipeline.Phantoms;

/// <summary>Signs made of veils and dense areas.</summary>
internal static class HazeSigns
{
    /// <summary>Patchy soft clouds over a part of one lung.</summary>
    public static void Infiltration(Canvas canvas, Thorax thorax, Draws draws)
    {
        (float x, float y) = thorax.Place(draws.Side(), draws.Between(0.4f, 0.65f), draws.Between(0.3f, 0.7f));
        float reach = draws.Between(0.11f, 0.16f), amount = draws.Between(0.22f, 0.34f);
        float patch = 1f / draws.Between(0.036f, 0.048f);
        uint key = draws.NoiseKey();
        canvas.AddInLung(Box.Around(x, y, 1.4f * reach, 1.4f * reach), (px, py) =>
        {
            float within = Brush.Edge(1f - (Brush.Length(px - x, py - y) / reach), 0.5f);
            return within <= 0f ? 0f : within * amount * Brush.Edge(Noise.Smooth(key, px * patch, py * patch) - 0.48f, 0.5f);
        });
    }

    /// <summary>A dense wedge from the hilum to the chest wall, with dark branching airways in it.</summary>
    public static void Consolidation(Canvas canvas, Thorax thorax, Draws draws)
    {
        int side = draws.Side();
        (float x, float y) = thorax.Place(side, draws.Between(0.05f, 0.2f), draws.Between(0.42f, 0.55f));
        float heading = draws.Between(-0.55f, 0.65f), opening = draws.Between(0.42f, 0.56f);
        float reach = draws.Between(0.19f, 0.25f), amount = draws.Between(0.32f, 0.42f);
        uint key = draws.NoiseKey();
        canvas.AddInLung(Box.Around(x, y, 1.3f * reach, 1.3f * reach), (px, py) =>
        {
            float dx = side * (px - x), dy = py - y, distance = Brush.Length(dx, dy);
            float angle = MathF.Abs(MathF.Atan2(dy, dx) - heading), uneven = Noise.Smooth(key, px * 22f, py * 22f);
            float border = reach * (0.85f + (0.3f * uneven));
            return amount * (0.8f + (0.4f * uneven)) * Brush.Edge((opening - angle) * distance, 0.022f) *
                Brush.Edge(border - distance, 0.04f);
        });
        for (int i = -1; i <= 1; i++)
        {
            float angle = heading + (i * 0.6f * opening), length = reach * draws.Between(0.6f, 0.85f), start = 0.3f * reach;
            float cos = side * MathF.Cos(angle), sin = MathF.Sin(angle);
            Brush.Line(
                canvas, x + (start * cos), y + (start * sin), x + (length * cos), y + (length * sin), 0.011f, -0.85f * amount);
        }
    }

    /// <summary>A butterfly of haze around both hila, and short level lines at the edges of the bases.</summary>
    public static void Edema(Canvas canvas, Thorax thorax, Draws draws)
    {
        float amount = draws.Between(0.20f, 0.30f), width = draws.Between(0.065f, 0.085f), height = draws.Between(0.09f, 0.12f);
        float lines = draws.Between(0.16f, 0.24f);
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            (float x, float y) = thorax.Place(side, 0.25f, draws.Between(0.46f, 0.52f));
            canvas.AddInLung(
                Box.Around(x, y, 3f * width, 3f * height),
                (px, py) => amount * Brush.Bell((px - x) / width) * Brush.Bell((py - y) / height));
            for (int i = 0; i < 6; i++)
            {
                float lineY = thorax.BaseOf(side) - 0.06f - (0.024f * i) + draws.Between(-0.003f, 0.003f);
                float wall = side * (thorax.Wall(lineY, side) - 0.004f);
                Brush.Line(canvas, wall, lineY, wall - (side * draws.Between(0.04f, 0.06f)), lineY, 0.008f, lines);
            }
        }
    }
}

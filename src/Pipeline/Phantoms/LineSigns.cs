namespace ChestXray.Pipeline.Phantoms;

/// <summary>Signs made of bands and nets.</summary>
internal static class LineSigns
{
    /// <summary>Plates of collapsed lung: two to four long level bands, near each other.</summary>
    public static void Atelectasis(Canvas canvas, Thorax thorax, Draws draws)
    {
        int side = draws.Side(), count = draws.Whole(2, 4);
        (float x, float y) = thorax.Place(side, draws.Between(0.48f, 0.62f), draws.Between(0.45f, 0.72f));
        float slope = draws.Between(-0.25f, 0.25f), amount = draws.Between(0.34f, 0.46f);
        for (int i = 0; i < count; i++)
        {
            float half = draws.Between(0.07f, 0.11f), middle = x + draws.Between(-0.02f, 0.02f);
            float width = draws.Between(0.015f, 0.021f), tilt = slope + draws.Between(-0.08f, 0.08f);
            Brush.Line(canvas, middle - half, y - (half * tilt), middle + half, y + (half * tilt), width, amount);
            y -= draws.Between(0.036f, 0.048f);
        }
    }

    /// <summary>A net of fine lines over a part of one or both lungs.</summary>
    public static void Fibrosis(Canvas canvas, Thorax thorax, Draws draws)
    {
        int first = draws.Side();
        bool both = draws.Chance(0.6);
        float mesh = 1f / draws.Between(0.026f, 0.034f), amount = draws.Between(0.20f, 0.32f);
        float down = draws.Between(0.45f, 0.75f), across = draws.Between(0.45f, 0.75f), reach = draws.Between(0.10f, 0.14f);
        uint key = draws.NoiseKey();
        foreach (int side in (ReadOnlySpan<int>)(both ? [-1, 1] : [first]))
        {
            (float x, float y) = thorax.Place(side, across, down);
            canvas.AddInLung(Box.Around(x, y, 1.3f * reach, 1.6f * reach), (px, py) =>
            {
                float within = Brush.Edge(1f - Brush.Length((px - x) / reach, (py - y) / (1.3f * reach)), 0.4f);
                if (within <= 0f)
                    return 0f;
                return within * amount * Brush.Edge(0.13f - Noise.CellBorder(key, px * mesh, py * mesh), 0.14f);
            });
        }
    }
}

namespace ChestXray.Pipeline.Phantoms;

/// <summary>Signs made of discs, dots and rings.</summary>
internal static class RoundSigns
{
    /// <summary>One to three small bright discs.</summary>
    public static void Nodule(Canvas canvas, Thorax thorax, Draws draws)
    {
        int count = draws.Whole(1, 3);
        for (int i = 0; i < count; i++)
        {
            (float x, float y) = thorax.Place(draws.Side(), draws.Between(0.3f, 0.85f), draws.Between(0.2f, 0.72f));
            Brush.Spot(canvas, x, y, draws.Between(0.021f, 0.030f), draws.Between(0.42f, 0.56f));
        }
    }

    /// <summary>A large disc with a lobed border.</summary>
    public static void Mass(Canvas canvas, Thorax thorax, Draws draws)
    {
        (float x, float y) = thorax.Place(draws.Side(), draws.Between(0.4f, 0.7f), draws.Between(0.22f, 0.68f));
        float radius = draws.Between(0.060f, 0.085f), amount = draws.Between(0.34f, 0.46f), phase = draws.Between(0f, 6f);
        canvas.AddInLung(Box.Around(x, y, 1.4f * radius, 1.4f * radius), (px, py) =>
        {
            float lobed = radius * Lobed(MathF.Atan2(py - y, px - x), phase);
            return amount * Brush.Edge(lobed - Brush.Length(px - x, py - y), 0.015f);
        });
    }

    private static float Lobed(float angle, float phase) =>
        1f + (0.08f * MathF.Sin((3f * angle) + phase)) + (0.07f * MathF.Sin((5f * angle) - (2f * phase)));

    /// <summary>A cluster of dots in a light haze.</summary>
    public static void Pneumonia(Canvas canvas, Thorax thorax, Draws draws)
    {
        (float x, float y) = thorax.Place(draws.Side(), draws.Between(0.4f, 0.65f), draws.Between(0.3f, 0.72f));
        float radius = draws.Between(0.095f, 0.125f), amount = draws.Between(0.36f, 0.46f);
        canvas.AddInLung(
            Box.Around(x, y, 2f * radius, 2f * radius),
            (px, py) => 0.06f * Brush.Bell(Brush.Length(px - x, py - y) / (0.7f * radius)));
        int dots = draws.Whole(22, 32);
        for (int i = 0; i < dots; i++)
        {
            // The golden angle spreads the dots evenly; each is then moved a little.
            float angle = i * 2.39996f, distance = radius * MathF.Sqrt((i + 0.5f) / dots);
            float dotX = x + (distance * MathF.Cos(angle)) + draws.Between(-0.006f, 0.006f);
            float dotY = y + (distance * MathF.Sin(angle)) + draws.Between(-0.006f, 0.006f);
            Brush.Spot(canvas, dotX, dotY, draws.Between(0.010f, 0.013f), amount);
        }
    }

    /// <summary>Thin-walled bubbles of air; the chest's shape is changed too.</summary>
    public static void Emphysema(Canvas canvas, Thorax thorax, Draws draws)
    {
        int count = draws.Whole(5, 9);
        for (int i = 0; i < count; i++)
        {
            (float x, float y) = thorax.Place(draws.Side(), draws.Between(0.25f, 0.9f), draws.Between(0.1f, 0.75f));
            float radius = draws.Between(0.022f, 0.038f), rim = draws.Between(0.13f, 0.2f);
            canvas.AddInLung(
                Box.Around(x, y, 1.6f * radius, 1.6f * radius),
                (px, py) => Brush.Ring(Brush.Length(px - x, py - y), radius, 0.009f, rim, -0.05f));
        }
    }

    /// <summary>A stomach bubble behind the heart: a ring, air above, fluid below a level line.</summary>
    public static void Hernia(Canvas canvas, Thorax thorax, Draws draws)
    {
        float x = draws.Between(-0.03f, 0.08f), y = thorax.BaseOf(1) - draws.Between(0.12f, 0.18f);
        float radius = draws.Between(0.058f, 0.082f), level = y + draws.Between(-0.01f, 0.015f);
        float rim = draws.Between(0.14f, 0.20f), air = draws.Between(-0.34f, -0.24f);
        canvas.Add(Box.Around(x, y, 1.5f * radius, 1.5f * radius), (px, py) =>
        {
            float distance = Brush.Length(px - x, 1.1f * (py - y));
            float above = Brush.Edge(level - py, 0.008f);
            return Brush.Ring(distance, radius, 0.014f, rim, above * air);
        });
    }
}

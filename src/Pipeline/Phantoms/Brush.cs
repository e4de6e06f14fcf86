namespace ChestXray.Pipeline.Phantoms;

/// <summary>The few shapes from which anatomy and signs are drawn; all lengths in anatomical units.</summary>
internal static class Brush
{
    /// <summary>0 below -softness/2, 1 above +softness/2, smooth between.</summary>
    public static float Edge(float distance, float softness)
    {
        float t = Math.Clamp((distance / softness) + 0.5f, 0f, 1f);
        return t * t * (3f - (2f * t));
    }

    /// <summary>A hill of height 1, width as a normal curve of deviation 1.</summary>
    public static float Bell(float x) => MathF.Exp(-0.5f * x * x);

    /// <summary>Distance from a place to a straight line between two points.</summary>
    public static float ToSegment(float x, float y, float x0, float y0, float x1, float y1)
    {
        float dx = x1 - x0, dy = y1 - y0;
        float along = Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / ((dx * dx) + (dy * dy)), 0f, 1f);
        return Length(x - x0 - (along * dx), y - y0 - (along * dy));
    }

    public static float Length(float x, float y) => MathF.Sqrt((x * x) + (y * y));

    /// <summary>A straight line seen in lung only.</summary>
    public static void Line(Canvas canvas, float x0, float y0, float x1, float y1, float width, float amount)
    {
        Box box = new(Math.Min(x0, x1) - width, Math.Min(y0, y1) - width, Math.Max(x0, x1) + width, Math.Max(y0, y1) + width);
        canvas.AddInLung(box, (x, y) => amount * Edge((0.5f * width) - ToSegment(x, y, x0, y0, x1, y1), 0.6f * width));
    }

    /// <summary>A round spot seen in lung only.</summary>
    public static void Spot(Canvas canvas, float x, float y, float radius, float amount) =>
        canvas.AddInLung(
            Box.Around(x, y, 1.5f * radius, 1.5f * radius),
            (px, py) => amount * Edge(radius - Length(px - x, py - y), 0.6f * radius));

    /// <summary>A thin-walled ring that is darker inside.</summary>
    public static float Ring(float distance, float radius, float wall, float rim, float inside) =>
        (rim * Bell((distance - radius) / (0.5f * wall))) + (inside * Edge(radius - distance, wall));
}

namespace ChestXray.Pipeline.Phantoms;

/// <summary>The shape of one patient's chest in one image: x from the midline, y from 0 (top) to 1, side -1 or +1.</summary>
internal sealed class Thorax
{
    public float LungTop { get; set; }

    /// <summary>Where the diaphragm meets the chest wall; [0] for side -1, [1] for side +1.</summary>
    public float[] LungBase { get; } = new float[2];

    /// <summary>How high the diaphragm arches above its rim.</summary>
    public float Dome { get; set; }

    public float Inner { get; set; }

    public float Outer { get; set; }

    public float HeartX { get; set; }

    public float HeartY { get; set; }

    public float HeartWidth { get; set; }

    public float HeartHeight { get; set; }

    public float RibPhase { get; set; }

    public float RibSpacing { get; set; }

    public float Spine { get; set; }

    /// <summary>How bright empty lung is: less lets more radiation through.</summary>
    public float Air { get; set; }

    /// <summary>The patient's own build, a little different in every image (breath and posture).</summary>
    public static Thorax Draw(Draws patient, Draws image, bool fromBehind)
    {
        float lying = fromBehind ? 0f : 1f;
        float lungBase = patient.Between(0.71f, 0.77f) + image.Between(-0.025f, 0.02f) - (0.02f * lying);
        Thorax thorax = new()
        {
            LungTop = patient.Between(0.09f, 0.13f),
            Dome = patient.Between(0.07f, 0.11f),
            Inner = patient.Between(0.060f, 0.075f),
            Outer = patient.Between(0.345f, 0.385f),
            HeartX = patient.Between(0.035f, 0.055f),
            HeartY = lungBase - patient.Between(0.135f, 0.155f),
            HeartWidth = patient.Between(0.112f, 0.132f) + (0.006f * lying),
            HeartHeight = patient.Between(0.12f, 0.14f),
            RibPhase = patient.Unit(),
            RibSpacing = patient.Between(0.070f, 0.082f),
            Spine = patient.Between(0.032f, 0.042f),
            Air = 0.42f + patient.Between(-0.02f, 0.02f),
        };
        thorax.LungBase[0] = lungBase - image.Between(0.01f, 0.03f);
        thorax.LungBase[1] = lungBase;
        return thorax;
    }

    public float BaseOf(int side) => LungBase[side < 0 ? 0 : 1];

    /// <summary>The chest wall's distance from the midline.</summary>
    public float Wall(float y, int side)
    {
        float t = Math.Clamp((y - LungTop) / (BaseOf(side) - LungTop), 0f, 1.2f);
        float toApex = 1f - Math.Min(t / 0.6f, 1f);
        return Inner + ((Outer - Inner) * MathF.Sqrt(1f - (toApex * toApex)) * (0.86f + (0.14f * t)));
    }

    /// <summary>The diaphragm's height above a place, larger downwards.</summary>
    public float Diaphragm(float fromMidline, int side)
    {
        float middle = Inner + (0.42f * (Outer - Inner));
        float t = Math.Clamp((fromMidline - middle) / (0.60f * (Outer - Inner)), -0.8f, 1.02f);
        return BaseOf(side) - (Dome * (1f - (t * t)));
    }

    /// <summary>1 within the heart: a gentle bulge on side -1, the apex low on side +1.</summary>
    public float Heart(float x, float y)
    {
        float down = (y - HeartY + HeartHeight) / (2f * HeartHeight);
        if (down is <= 0f or >= 1.3f || Math.Abs(x) > 0.35f)
            return 0f;
        float right = HeartX - (0.78f * HeartWidth * MathF.Sin(MathF.PI * Math.Min(0.25f + (0.55f * down), 1f)));
        float apex = MathF.Sin(MathF.PI * 0.64f * down);
        float left = HeartX + (1.22f * HeartWidth * apex * MathF.Sqrt(apex));
        float across = Brush.Edge(Math.Min(x - right, left - x), 0.022f);
        return across * Brush.Edge(down - 0.1f, 0.2f) * Brush.Edge(1.12f - down, 0.25f);
    }

    /// <summary>1 where lung is seen.</summary>
    public float Lung(float x, float y)
    {
        int side = x < 0 ? -1 : 1;
        float fromMidline = Math.Abs(x);
        float inside = Brush.Edge(Wall(y, side) - fromMidline, 0.012f) * Brush.Edge(fromMidline - Inner, 0.02f);
        if (inside <= 0f)
            return 0f;
        return inside * Brush.Edge(y - LungTop, 0.01f) * Brush.Edge(Diaphragm(fromMidline, side) - y, 0.012f) *
            (1f - (0.95f * Heart(x, y)));
    }

    /// <summary>A place in the lung: across from 0 at its inner border to 1 at the chest wall, down from 0 to 1.</summary>
    public (float X, float Y) Place(int side, float across, float down)
    {
        float y = LungTop + (down * (BaseOf(side) - LungTop));
        return (side * (Inner + (across * (Wall(y, side) - Inner))), y);
    }
}

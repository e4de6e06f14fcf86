namespace ChestXray.Pipeline.Phantoms;

/// <summary>Paints what every chest shows: soft tissue, lungs, heart, aorta, spine, ribs, clavicles and lung vessels.</summary>
internal static class Background
{
    public static void Paint(Canvas canvas, Thorax thorax, Draws draws)
    {
        canvas.SetLung(thorax.Lung);
        PaintSoftTissue(canvas, thorax, draws);
        PaintMiddle(canvas, thorax, draws);
        PaintBones(canvas, thorax, draws);
        PaintVessels(canvas, thorax, draws);
    }

    private static void PaintSoftTissue(Canvas canvas, Thorax thorax, Draws draws)
    {
        uint unevenness = draws.NoiseKey();
        float shoulders = draws.Between(0.13f, 0.20f), width = draws.Between(0.47f, 0.53f), breast = draws.Between(0f, 0.07f);
        canvas.Add(Box.Everything, (x, y) =>
        {
            float far = Math.Abs(x);
            float bodyEdge = 0.12f + ((width - 0.12f) * Brush.Edge(y - (shoulders * 0.5f), shoulders));
            float body = Brush.Edge(bodyEdge - far, 0.03f);
            if (body <= 0f)
                return 0f;
            float tissue = 0.58f - (0.22f * far * far) + (0.07f * Noise.Smooth(unevenness, x * 5f, y * 5f));
            float belly = 0.12f * Brush.Edge(y - thorax.LungBase[1] + 0.02f, 0.16f);
            float breasts = breast * Brush.Edge(0.13f - Brush.Length(far - 0.24f, 0.9f * (y - 0.60f)), 0.06f);
            return body * (tissue + belly + breasts);
        });
        canvas.AddInLung(Box.Everything, (x, y) =>
            (0.05f * Noise.Smooth(unevenness + 1, x * 14f, y * 14f)) +
            (0.06f * Brush.Edge(0.15f - Math.Abs(x), 0.3f)) - thorax.Air);
    }

    // Great vessels, heart, windpipe, and the stomach's air under the diaphragm.
    private static void PaintMiddle(Canvas canvas, Thorax thorax, Draws draws)
    {
        float knob = draws.Between(0.030f, 0.042f), knobY = thorax.LungTop + 0.17f, gas = draws.Between(-0.25f, 0.02f);
        float gasX = draws.Between(0.13f, 0.20f), gasY = thorax.BaseOf(1) + draws.Between(0.0f, 0.04f);
        canvas.Add(
            new Box(-0.10f, 0f, 0.10f, 1.1f),
            (x, y) => 0.13f * Brush.Edge(0.072f - Math.Abs(x), 0.05f) * Brush.Edge(y - 0.05f, 0.1f));
        canvas.Add(
            new Box(-0.35f, thorax.HeartY - thorax.HeartHeight, 0.35f, thorax.HeartY + (1.6f * thorax.HeartHeight)),
            (x, y) => 0.12f * thorax.Heart(x, y));
        canvas.Add(
            Box.Around(0.06f, knobY, 0.06f, 0.06f),
            (x, y) => 0.09f * Brush.Edge(knob - Brush.Length(x - 0.06f, y - knobY), 0.02f));
        canvas.Add(
            new Box(-0.03f, 0f, 0.03f, 0.34f),
            (x, y) => -0.09f * Brush.Edge(0.017f - Math.Abs(x + 0.004f), 0.012f) * Brush.Edge(0.30f - y, 0.06f));
        canvas.Add(
            Box.Around(gasX, gasY, 0.08f, 0.045f),
            (x, y) => Math.Min(0f, gas) * Brush.Edge(1f - Brush.Length((x - gasX) / 0.06f, (y - gasY) / 0.032f), 0.5f));
    }

    private static void PaintBones(Canvas canvas, Thorax thorax, Draws draws)
    {
        float slope = draws.Between(0.10f, 0.16f), clavicle = draws.Between(0.10f, 0.13f);
        canvas.Add(new Box(-0.06f, 0f, 0.06f, 1f), (x, y) =>
        {
            float disc = MathF.Cos(MathF.Tau * (y - thorax.RibPhase) / thorax.RibSpacing);
            return 0.07f * Brush.Edge(thorax.Spine - Math.Abs(x), 0.008f) * (0.75f + (0.25f * disc));
        });
        canvas.Add(new Box(-0.45f, 0.05f, 0.45f, 0.9f), (x, y) => Ribs(thorax, slope, x, y));
        canvas.Add(new Box(-0.40f, 0.02f, 0.40f, 0.3f), (x, y) =>
        {
            float far = Math.Abs(x);
            float line = thorax.LungTop + 0.075f - (clavicle * (far - 0.04f)) + (0.012f * MathF.Sin(far * 18f));
            float thick = 0.010f + (0.006f * Brush.Bell((far - 0.06f) / 0.03f));
            return 0.09f * Brush.Edge(thick - Math.Abs(y - line), 0.010f) * Brush.Edge(far - 0.045f, 0.02f);
        });
        canvas.Add(new Box(-0.55f, 0f, 0.55f, 0.6f), (x, y) =>
        {
            float far = Math.Abs(x);
            if (far < 0.3f)
                return 0f;
            float blade = Brush.ToSegment(far, y, 0.41f, 0.14f, 0.335f + (0.3f * (slope - 0.1f)), 0.44f);
            float joint = Brush.Edge(0.055f - Brush.Length(far - 0.46f, y - 0.15f), 0.03f);
            return (0.06f * Brush.Edge(0.012f - blade, 0.02f)) + (0.08f * joint);
        });
    }

    // Rear ribs arch down and outwards; the front ends cross them, fainter, the other way.
    private static float Ribs(Thorax thorax, float slope, float x, float y)
    {
        int side = x < 0 ? -1 : 1;
        float far = Math.Abs(x), out01 = Math.Clamp((far - 0.03f) / (thorax.Outer - 0.03f), 0f, 1f);
        if (far > thorax.Wall(y, side) + 0.012f || y < thorax.LungTop - 0.02f || y > thorax.BaseOf(side) + 0.06f)
            return 0f;
        float rear = y - (slope * ((out01 * MathF.Sqrt(out01)) - (out01 * (1f - out01))));
        float front = y + (0.12f * (1f - out01) * MathF.Sqrt(1f - out01)) - 0.02f;
        float rearRib = Brush.Edge(0.26f - ToCentre(rear, thorax), 0.16f);
        float frontRib = Brush.Edge(0.24f - ToCentre(front, thorax), 0.18f) * Brush.Edge(out01 - 0.45f, 0.2f);
        float rim = Brush.Edge(0.06f - Math.Abs(ToCentre(rear, thorax) - 0.24f), 0.08f);
        float underDiaphragm = 1f - (0.7f * Brush.Edge(y - thorax.Diaphragm(far, side), 0.02f));
        float bone = (0.055f * rearRib) + (0.025f * rim) + (0.03f * frontRib);
        return underDiaphragm * Brush.Edge(far - thorax.Spine, 0.01f) * bone;
    }

    private static float ToCentre(float y, Thorax thorax)
    {
        float turns = (y / thorax.RibSpacing) + thorax.RibPhase;
        return Math.Abs(turns - MathF.Floor(turns) - 0.5f);
    }

    // Branches run out from each hilum and thin out.
    private static void PaintVessels(Canvas canvas, Thorax thorax, Draws draws)
    {
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            (float hilumX, float hilumY) = thorax.Place(side, 0.08f, 0.50f);
            canvas.AddInLung(
                Box.Around(hilumX, hilumY, 0.12f, 0.15f),
                (x, y) => 0.10f * Brush.Bell((x - hilumX) / 0.035f) * Brush.Bell((y - hilumY) / 0.045f));
            for (int branch = 0; branch < 12; branch++)
            {
                float angle = draws.Between(-1.35f, 1.35f), reach = draws.Between(0.10f, 0.24f), width = 0.010f;
                float x = hilumX + draws.Between(-0.014f, 0.014f), y = hilumY + draws.Between(-0.03f, 0.03f);
                for (int piece = 0; piece < 4; piece++)
                {
                    float nextX = x + (side * 0.25f * reach * MathF.Cos(angle)), nextY = y + (0.25f * reach * MathF.Sin(angle));
                    Brush.Line(canvas, x, y, nextX, nextY, width, 0.055f);
                    (x, y, width) = (nextX, nextY, width * 0.85f);
                    angle += draws.Between(-0.35f, 0.35f);
                }
            }
        }
    }
}

using SkiaSharp;

namespace ChestXray.Model.Pictures;

/// <summary>Heat as a see-through colour: clear where there is none, yellow where it is highest.</summary>
internal static class HeatColours
{
    private static readonly (float R, float G, float B, float A)[] _stops =
        [(0.34f, 0.06f, 0.43f, 0f), (0.55f, 0.16f, 0.51f, 0.35f), (0.89f, 0.35f, 0.2f, 0.55f), (0.99f, 0.89f, 0.4f, 0.7f)];

    /// <summary>A bitmap of the map's size; the caller's.</summary>
    public static SKBitmap Paint(HeatMap map)
    {
        SKBitmap bitmap = new(new SKImageInfo(map.Width, map.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        (int row, int column) = map.Peak();
        float high = map.Values[row * map.Width + column];
        for (int y = 0; y < map.Height; y++)
        {
            Span<byte> line = bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..];
            for (int x = 0; x < map.Width; x++)
                Mix(high > 0 ? map.Values[y * map.Width + x] / high : 0, line.Slice(x * 4, 4));
        }

        return bitmap;
    }

    private static void Mix(float heat, Span<byte> rgba)
    {
        float place = Math.Clamp(heat, 0, 1) * (_stops.Length - 1);
        int low = Math.Min((int)place, _stops.Length - 2);
        (float R, float G, float B, float A) a = _stops[low], b = _stops[low + 1];
        rgba[0] = (byte)(255 * float.Lerp(a.R, b.R, place - low));
        rgba[1] = (byte)(255 * float.Lerp(a.G, b.G, place - low));
        rgba[2] = (byte)(255 * float.Lerp(a.B, b.B, place - low));
        rgba[3] = (byte)(255 * float.Lerp(a.A, b.A, place - low));
    }
}

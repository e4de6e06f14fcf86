namespace ChestXray.Model;

/// <summary>How well a heat map meets a box that somebody drew around a finding. In pixels of the image.</summary>
/// <param name="IsHit">The pointing game: the map's highest place lies in the box.</param>
/// <param name="Overlap">Intersection over union of the box and the smallest box around the map's hot part, 0 to 1.</param>
/// <param name="Share">Share of the box's area in the image: what a point at random would hit.</param>
public readonly record struct HeatMapScore(bool IsHit, double Overlap, double Share)
{
    /// <summary>Above this share of its highest value a map counts as hot.</summary>
    public const float Hot = 0.5f;

    /// <summary>Compares them.</summary>
    /// <param name="map">At any size.</param>
    /// <param name="box">Left, top, width, height in pixels of the image.</param>
    /// <param name="size">Width and height of the image that the box was drawn in.</param>
    /// <exception cref="ArgumentException">A box of no area, or outside the image.</exception>
    public static HeatMapScore Of(
        HeatMap map, (double Left, double Top, double Width, double Height) box, (int Width, int Height) size)
    {
        (double left, double top) = (box.Left, box.Top);
        (double right, double bottom) = (Math.Min(left + box.Width, size.Width), Math.Min(top + box.Height, size.Height));
        if (!(right > left && bottom > top && left >= 0 && top >= 0))
            throw new ArgumentException($"The box {box} has no area inside {size.Width} x {size.Height} pixels.", nameof(box));
        (int row, int column) = map.Peak();
        double high = map.Values[row * map.Width + column];
        double scaleX = (double)size.Width / map.Width, scaleY = (double)size.Height / map.Height;
        double x = (column + 0.5) * scaleX, y = (row + 0.5) * scaleY;
        bool isHit = high > 0 && x >= left && x < right && y >= top && y < bottom;
        double share = (right - left) * (bottom - top) / ((double)size.Width * size.Height);
        if (high <= 0)
            return new(false, 0, share);
        (int first, int last, int upper, int lower) = HotPart(map, (float)(high * Hot));
        double hotLeft = first * scaleX, hotRight = (last + 1) * scaleX, hotTop = upper * scaleY,
            hotBottom = (lower + 1) * scaleY;
        double common = Math.Max(0, Math.Min(right, hotRight) - Math.Max(left, hotLeft)) * Math.Max(
            0, Math.Min(bottom, hotBottom) - Math.Max(top, hotTop));
        double union = (right - left) * (bottom - top) + (hotRight - hotLeft) * (hotBottom - hotTop) - common;
        return new(isHit, common / union, share);
    }

    private static (int First, int Last, int Upper, int Lower) HotPart(HeatMap map, float least)
    {
        (int first, int last, int upper, int lower) = (map.Width, -1, map.Height, -1);
        for (int i = 0; i < map.Values.Length; i++)
        {
            if (map.Values[i] < least)
                continue;
            (int row, int column) = (i / map.Width, i % map.Width);
            (first, last, upper, lower) =
                (Math.Min(first, column), Math.Max(last, column), Math.Min(upper, row), Math.Max(lower, row));
        }

        return (first, last, upper, lower);
    }
}

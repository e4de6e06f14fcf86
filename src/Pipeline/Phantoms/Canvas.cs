using System.Numerics;

namespace ChestXray.Pipeline.Phantoms;

/// <summary>A part of the picture in anatomical units.</summary>
internal readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    public static Box Everything { get; } = new(-2f, -2f, 2f, 2f);

    public static Box Around(float x, float y, float radiusX, float radiusY) =>
        new(x - radiusX, y - radiusY, x + radiusX, y + radiusY);
}

/// <summary>How much X-ray opacity is added at a place: x from -0.5 (left) to 0.5, y from 0 (top) to 1.</summary>
internal delegate float Shade(float x, float y);

/// <summary>X-ray opacity by pixel, painted in anatomical units through the placing of one patient before the film.</summary>
/// <remarks>Reused from picture to picture by one thread.</remarks>
internal sealed class Canvas(int side)
{
    private readonly float[] _opacity = new float[side * side];
    private readonly float[] _lung = new float[side * side];
    private Matrix3x2 _toAnatomy;
    private Matrix3x2 _toPixels;

    /// <summary>Width and height in pixels.</summary>
    public int Side => side;

    /// <summary>Opacity, row by row; 0 is air.</summary>
    public Span<float> Opacity => _opacity;

    /// <summary>1 where lung is seen, 0 elsewhere, soft between.</summary>
    public Span<float> Lung => _lung;

    /// <summary>Empties the canvas for another patient: anatomy is zoomed, turned (radians) and shifted on the film.</summary>
    public void Begin(float zoom, float turn, float shiftX, float shiftY)
    {
        Array.Clear(_opacity);
        Array.Clear(_lung);
        Matrix3x2 centred = Matrix3x2.CreateTranslation(0f, -0.5f);
        Matrix3x2 onFilm = Matrix3x2.CreateTranslation(0.5f + shiftX, 0.5f + shiftY);
        _toPixels = centred * Matrix3x2.CreateRotation(turn) * Matrix3x2.CreateScale(zoom) * onFilm * Matrix3x2.CreateScale(side);
        Matrix3x2.Invert(_toPixels, out _toAnatomy);
    }

    /// <summary>Adds opacity within a box.</summary>
    public void Add(Box box, Shade shade)
    {
        (int left, int top, int right, int bottom) = ToPixels(box);
        for (int row = top; row <= bottom; row++)
        {
            Vector2 place = Start(left, row);
            for (int index = (row * side) + left; index <= (row * side) + right; index++, place += Step)
                _opacity[index] += shade(place.X, place.Y);
        }
    }

    /// <summary>Adds opacity within a box as far as lung is seen there.</summary>
    public void AddInLung(Box box, Shade shade)
    {
        (int left, int top, int right, int bottom) = ToPixels(box);
        for (int row = top; row <= bottom; row++)
        {
            Vector2 place = Start(left, row);
            for (int index = (row * side) + left; index <= (row * side) + right; index++, place += Step)
            {
                if (_lung[index] > 0f)
                    _opacity[index] += _lung[index] * shade(place.X, place.Y);
            }
        }
    }

    /// <summary>Sets where lung is seen.</summary>
    public void SetLung(Shade shade)
    {
        for (int row = 0; row < side; row++)
        {
            Vector2 place = Start(0, row);
            for (int index = row * side; index < (row + 1) * side; index++, place += Step)
                _lung[index] = shade(place.X, place.Y);
        }
    }

    private Vector2 Step => new(_toAnatomy.M11, _toAnatomy.M12);

    private Vector2 Start(int column, int row) => Vector2.Transform(new(column + 0.5f, row + 0.5f), _toAnatomy);

    private (int Left, int Top, int Right, int Bottom) ToPixels(Box box)
    {
        ReadOnlySpan<Vector2> corners =
            [new(box.Left, box.Top), new(box.Right, box.Top), new(box.Left, box.Bottom), new(box.Right, box.Bottom)];
        Vector2 least = new(float.MaxValue), most = new(float.MinValue);
        foreach (Vector2 corner in corners)
        {
            Vector2 place = Vector2.Transform(corner, _toPixels);
            least = Vector2.Min(least, place);
            most = Vector2.Max(most, place);
        }

        return (Math.Max(0, (int)least.X - 1), Math.Max(0, (int)least.Y - 1),
            Math.Min(side - 1, (int)most.X + 1), Math.Min(side - 1, (int)most.Y + 1));
    }
}

using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// <see cref="Resize"/> as ILGPU kernels: one pixel per thread, striding over (column, row, image), no integer division.
/// </summary>
internal static class ResizeKernel
{
    public static void Bilinear(ArrayView<byte> source, ArrayView<float> output, ResizeShape shape)
    {
        for (int image = Grid.IdxZ; image < shape.Images; image += Grid.DimZ)
        {
            long first = (long)image * shape.Height * shape.Width * shape.Channels;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                float atY = ((y + 0.5f) * shape.Down) - 0.5f, floorY = MathF.Floor(atY), down = atY - floorY;
                long upper = first + (Low(floorY) * (long)shape.Width * shape.Channels);
                long lower = first + (High(atY, shape.Height) * (long)shape.Width * shape.Channels);
                for (int x = (Grid.IdxX * Group.DimX) + Group.IdxX; x < shape.OutputWidth; x += Grid.DimX * Group.DimX)
                {
                    float atX = ((x + 0.5f) * shape.Across) - 0.5f, floorX = MathF.Floor(atX), across = atX - floorX;
                    int left = Low(floorX) * shape.Channels, right = High(atX, shape.Width) * shape.Channels;
                    long to = (((((long)image * shape.OutputHeight) + y) * shape.OutputWidth) + x) * shape.Channels;
                    for (int c = 0; c < shape.Channels; c++)
                    {
                        float top = Blend(source[upper + left + c], source[upper + right + c], across);
                        float bottom = Blend(source[lower + left + c], source[lower + right + c], across);
                        output[to + c] = Blend(top, bottom, down);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The triangle filter of each axis, its weights made on the way: the taps of a pixel lie together and come from the cache.
    /// </summary>
    public static void Antialias(ArrayView<byte> source, ArrayView<float> output, ResizeShape shape)
    {
        float radiusX = MathF.Max(shape.Across, 1), radiusY = MathF.Max(shape.Down, 1), perX = 1 / radiusX, perY = 1 / radiusY;
        for (int image = Grid.IdxZ; image < shape.Images; image += Grid.DimZ)
        {
            long first = (long)image * shape.Height * shape.Width * shape.Channels;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                float middleY = (y + 0.5f) * shape.Down;
                int top = Low(MathF.Floor(middleY - radiusY)), bottom = End(middleY + radiusY, shape.Height);
                for (int x = (Grid.IdxX * Group.DimX) + Group.IdxX; x < shape.OutputWidth; x += Grid.DimX * Group.DimX)
                {
                    float middleX = (x + 0.5f) * shape.Across;
                    int left = Low(MathF.Floor(middleX - radiusX)), right = End(middleX + radiusX, shape.Width);
                    long to = (((((long)image * shape.OutputHeight) + y) * shape.OutputWidth) + x) * shape.Channels;
                    for (int c = 0; c < shape.Channels; c++)
                    {
                        float sum = 0, weights = 0;
                        for (int row = top; row < bottom; row++)
                        {
                            long start = first + (row * (long)shape.Width * shape.Channels) + c;
                            float rowSum = 0, rowWeights = 0;
                            for (int column = left; column < right; column++)
                            {
                                float weight = MathF.Max(0, 1 - (MathF.Abs(column + 0.5f - middleX) * perX));
                                rowSum += weight * source[start + (column * (long)shape.Channels)];
                                rowWeights += weight;
                            }

                            float rowWeight = MathF.Max(0, 1 - (MathF.Abs(row + 0.5f - middleY) * perY));
                            sum += rowWeight * rowSum;
                            weights += rowWeight * rowWeights;
                        }

                        output[to + c] = sum / weights;
                    }
                }
            }
        }
    }

    private static float Blend(float a, float b, float weight) => a + ((b - a) * weight);

    private static int Low(float floor)
    {
        int index = (int)floor;
        return index < 0 ? 0 : index;
    }

    private static int High(float at, int length)
    {
        int index = (int)MathF.Ceiling(at);
        return index < length ? index : length - 1;
    }

    private static int End(float at, int length)
    {
        int index = (int)MathF.Ceiling(at);
        return index < length ? index : length;
    }
}

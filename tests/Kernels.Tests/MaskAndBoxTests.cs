using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Tests;

public class MaskAndBoxTests
{
    [Theory]
    [MemberData(nameof(CpuAugmenterTests.Levels), MemberType = typeof(CpuAugmenterTests))]
    public void Masks_take_the_nearest_label_through_their_record_s_matrix(SimdLevel level)
    {
        for (int round = 0; round < 40; round++)
        {
            AugmenterOptions options = FusedPassTests.Random(level, round) with { Interpolation = Interpolation.Bilinear };
            (int width, int height) = (options.OutputWidth, options.OutputHeight);
            int pixels = options.SourceWidth * options.SourceHeight;
            byte[] masks = RandomBytes.Make(2 * pixels, round), found = new byte[width * height];
            Matrix2x3 matrix = FusedPassTests.Geometry(options, round);
            double[] expected = new double[found.Length];
            WarpReference.Run<byte>(
                masks.AsSpan(pixels), options.SourceWidth, options.SourceHeight, matrix, options.Border, Interpolation.Nearest,
                200, 0, 1, expected, width, height);
            using CpuAugmenter augmenter = new(options);
            augmenter.RunMasks(masks, [1], [matrix], found, outside: 200);
            Assert.Equal(expected.Select(v => (byte)v), found);
        }
    }

    [Fact]
    public void A_point_moves_with_its_pixel()
    {
        const int Width = 40, Height = 30;
        byte[] record = new byte[Width * Height];
        record[(12 * Width) + 9] = 255;
        Matrix2x3 matrix = Matrix2x3.Rotation(Math.PI / 2, Width, Height).Then(Matrix2x3.Shift(2, -1))
            .Then(Matrix2x3.FlipHorizontal(Width));
        float[] sample = new float[record.Length];
        using CpuAugmenter augmenter = new(new() { SourceHeight = Height, SourceWidth = Width, Border = Border.Constant, Interpolation = Interpolation.Nearest });
        augmenter.Run(record, [0], [matrix], sample);
        int at = Array.IndexOf(sample, 255);
        (double x, double y) = matrix.Move(9, 12);
        Assert.InRange(at, 0, sample.Length);
        Assert.Equal(at % Width, x, 0.51);
        Assert.Equal(at / Width, y, 0.51);
    }

    [Fact]
    public void A_box_moves_along_pixel_edges()
    {
        // Two columns and three rows of pixels, flipped, then halved in size.
        BoundingBox box = new(10, 4, 12, 7);
        Assert.Equal(new BoundingBox(18, 4, 20, 7), Matrix2x3.FlipHorizontal(30).Move(box));
        BoundingBox half = Matrix2x3.Resize(30, 20, 15, 10).Move(box);
        Assert.Equal((5, 2, 6, 3.5), (half.Left, half.Top, half.Right, half.Bottom));
        Assert.Equal(1.5, half.Area, 12);
    }

    [Fact]
    public void A_turned_box_is_the_smallest_upright_one_around_it()
    {
        BoundingBox turned = Matrix2x3.Rotation(Math.PI / 4, 101, 101).Move(new BoundingBox(40.5, 40.5, 60.5, 60.5));
        double half = Math.Sqrt(2) * 10;
        Assert.Equal(50.5 - half, turned.Left, 9);
        Assert.Equal(50.5 + half, turned.Bottom, 9);
    }

    [Fact]
    public void Clipping_leaves_what_is_inside()
    {
        Assert.Equal(new BoundingBox(0, 2, 10, 5), new BoundingBox(-3, 2, 14, 5).Clip(10, 8));
        Assert.Equal(0, new BoundingBox(20, 2, 30, 5).Clip(10, 8).Area);
    }

    [Fact]
    public void A_box_through_a_matrix_that_collapses_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => new Matrix2x3(0, 0, 0, 0, 0, 0).Move(new BoundingBox(0, 0, 1, 1)));
}

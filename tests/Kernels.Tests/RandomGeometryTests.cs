namespace ChestXray.Kernels.Tests;

public class RandomGeometryTests
{
    [Fact]
    public void The_default_draws_the_identity() => Assert.Equal(Matrix2x3.Identity, new RandomGeometry().Draw(1, 2, 3, 64, 48));

    [Fact]
    public void The_guides_ranges_are_reached_and_kept()
    {
        RandomGeometry guide = new() { Rotation = 0.2 * Math.PI, Zoom = 0.2 };
        double smallest = 9, largest = 0, angle = 0;
        for (int record = 0; record < 2000; record++)
        {
            Matrix2x3 m = guide.Draw(7, 3, record, 224, 224);
            double zoom = Math.Sqrt(m.Determinant);
            (smallest, largest) = (Math.Min(smallest, zoom), Math.Max(largest, zoom));
            angle = Math.Max(angle, Math.Abs(Math.Atan2(m.D, m.A)));
        }

        Assert.InRange(smallest, 0.8, 0.802);
        Assert.InRange(largest, 1.198, 1.2);
        Assert.InRange(angle, 0.995 * 0.2 * Math.PI, 0.2 * Math.PI);
    }

    [Fact]
    public void A_draw_depends_on_seed_epoch_and_record_alone()
    {
        RandomGeometry all = new()
        {
            Rotation = 1,
            Zoom = 0.5,
            Shift = 0.1,
            Shear = 0.2,
            FlipHorizontal = 0.5,
            FlipVertical = 0.5,
        };
        Matrix2x3 m = all.Draw(1, 2, 3, 64, 48);
        Assert.Equal(m, all.Draw(1, 2, 3, 64, 48));
        Assert.NotEqual(m, all.Draw(2, 2, 3, 64, 48));
        Assert.NotEqual(m, all.Draw(1, 3, 3, 64, 48));
        Assert.NotEqual(m, all.Draw(1, 2, 4, 64, 48));
    }

    [Fact]
    public void Flips_come_as_often_as_asked()
    {
        RandomGeometry flips = new() { FlipHorizontal = 0.25 };
        int flipped = Enumerable.Range(0, 4000).Count(record => flips.Draw(5, 0, record, 10, 10).A < 0);
        Assert.InRange(flipped, 900, 1100);
    }

    [Fact]
    public void A_resized_crop_stays_inside_and_keeps_its_ranges()
    {
        RandomGeometry crops = new() { CropArea = 0.25, CropRatio = 2 };
        double smallest = 1, largest = 0, widest = 0;
        for (int record = 0; record < 2000; record++)
        {
            Matrix2x3 m = crops.Draw(7, 3, record, 200, 100, 64, 32);
            (double width, double height) = (m.A * 64, m.E * 32);
            (double left, double top) = (m.C - (m.A / 2) + 0.5, m.F - (m.E / 2) + 0.5);
            Assert.True(left >= -1e-9 && top >= -1e-9 && left + width <= 200 + 1e-9
                && top + height <= 100 + 1e-9, $"{m} reaches outside");
            double area = width * height / 20_000;
            (smallest, largest) = (Math.Min(smallest, area), Math.Max(largest, area));

            // Where nothing fits the whole image is taken, whose ratio is 2.
            widest = Math.Max(widest, Math.Max(width / height, height / width));
        }

        Assert.InRange(smallest, 0.25, 0.26);
        Assert.InRange(largest, 0.9, 1);
        Assert.InRange(widest, 1.9, 2 + 1e-9);
    }

    [Fact]
    public void A_window_is_cut_at_every_whole_place_and_not_stretched()
    {
        RandomGeometry windows = new() { Window = true };
        Matrix2x3[] drawn = [.. Enumerable.Range(0, 500).Select(record => windows.Draw(1, 0, record, 12, 9, 8, 8))];
        Assert.All(drawn, m => Assert.Equal((1, 0, 0, 1), (m.A, m.B, m.D, m.E)));
        Assert.Equal([0, 1, 2, 3, 4], drawn.Select(m => m.C).Distinct().Order());
        Assert.Equal([0, 1], drawn.Select(m => m.F).Distinct().Order());
    }

    [Fact]
    public void Another_output_size_alone_is_a_resize() =>
        Assert.Equal(Matrix2x3.Resize(100, 80, 20, 30), new RandomGeometry().Draw(1, 0, 0, 100, 80, 20, 30));

    [Fact]
    public void What_is_turned_into_a_crop_s_corners_comes_from_beside_it()
    {
        RandomGeometry both = new() { CropArea = 0.1, CropRatio = 1, Rotation = Math.PI };
        Matrix2x3 crop = (both with { Rotation = 0 }).Draw(1, 0, 5, 300, 300, 50, 50), drawn = both.Draw(1, 0, 5, 300, 300, 50, 50);
        (double x, double y) = drawn.Apply(24.5, 24.5);
        Assert.Equal(crop.Apply(24.5, 24.5).X, x, 9);
        Assert.Equal(crop.Apply(24.5, 24.5).Y, y, 9);
        Assert.Equal(crop.Determinant, drawn.Determinant, 9);
    }

    [Fact]
    public void A_crop_that_does_not_exist_is_named()
    {
        Assert.Contains("CropArea is 0", Bad(new() { CropArea = 0 }, 8));
        Assert.Contains("CropRatio is 0.5", Bad(new() { CropArea = 0.5, CropRatio = 0.5 }, 8));
        Assert.Contains("use one of them", Bad(new() { CropArea = 0.5, Window = true }, 8));
        Assert.Contains("9 x 9 does not fit into 8 x 8", Bad(new() { Window = true }, 9));
        Assert.Contains("at least 1", Bad(new(), 0));

        static string Bad(RandomGeometry ranges, int output) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => ranges.Draw(0, 0, 0, 8, 8, output, output)).Message;
    }

    [Fact]
    public void A_range_that_does_not_exist_is_named()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomGeometry { Zoom = 1.5 }.Draw(0, 0, 0, 8, 8));
        Assert.Contains("1.5", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomGeometry { Rotation = double.NaN }.Draw(0, 0, 0, 8, 8));
    }
}

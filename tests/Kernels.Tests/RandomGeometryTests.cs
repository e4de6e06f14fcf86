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
        RandomGeometry all = new() { Rotation = 1, Zoom = 0.5, Shift = 0.1, Shear = 0.2, FlipHorizontal = 0.5, FlipVertical = 0.5 };
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
    public void A_range_that_does_not_exist_is_named()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomGeometry { Zoom = 1.5 }.Draw(0, 0, 0, 8, 8));
        Assert.Contains("1.5", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomGeometry { Rotation = double.NaN }.Draw(0, 0, 0, 8, 8));
    }
}

namespace ChestXray.Kernels.Tests;

public class Matrix2x3Tests
{
    [Fact]
    public void Rotation_equals_Keras()
    {
        // TensorFlow 2.15.1 for a 47 x 61 image and 0.2 pi.
        Matrix2x3 m = Matrix2x3.Rotation(0.6283185307179586, 47, 61);
        Near(new(0.809017, -0.58778524, 22.026165, 0.58778524, 0.809017, -7.7895699), m, 2e-6);
    }

    [Fact]
    public void Zoom_equals_Keras() => Near(new(0.8, 0, 6, 0, 0.8, 4.6), Matrix2x3.Zoom(0.8, 0.8, 61, 47), 1e-12);

    [Fact]
    public void The_centre_stays_where_it_is()
    {
        foreach (Matrix2x3 m in new[] { Matrix2x3.Rotation(0.3, 8, 5), Matrix2x3.Zoom(2, 3, 8, 5), Matrix2x3.Shear(0.2, -0.4, 8, 5) })
        {
            (double x, double y) = m.Apply(3.5, 2);
            Assert.Equal(3.5, x, 12);
            Assert.Equal(2, y, 12);
        }
    }

    [Fact]
    public void Then_is_the_second_map_read_through_the_first()
    {
        Matrix2x3 first = new(1.1, 0.2, 3, -0.4, 0.9, 5), second = new(0.7, -0.3, 2, 0.1, 1.3, -4);
        (double x, double y) = second.Apply(10, 20);
        (double X, double Y) expected = first.Apply(x, y), found = first.Then(second).Apply(10, 20);
        Assert.Equal(expected.X, found.X, 12);
        Assert.Equal(expected.Y, found.Y, 12);
    }

    [Fact]
    public void The_inverse_leads_back()
    {
        Matrix2x3 m = Matrix2x3.Rotation(0.7, 30, 20).Then(Matrix2x3.Zoom(0.5, 1.5, 30, 20));
        Near(Matrix2x3.Identity, m.Then(m.Inverse()), 1e-12);
        Near(Matrix2x3.Identity, m.Inverse().Then(m), 1e-12);
    }

    [Fact]
    public void Shift_moves_the_picture_right_and_down() => Assert.Equal((3.0, 4.0), Matrix2x3.Shift(2, 1).Apply(5, 5));

    [Fact]
    public void Flips_twice_are_the_identity()
    {
        Assert.Equal(Matrix2x3.Identity, Matrix2x3.FlipHorizontal(9).Then(Matrix2x3.FlipHorizontal(9)));
        Assert.Equal(Matrix2x3.Identity, Matrix2x3.FlipVertical(9).Then(Matrix2x3.FlipVertical(9)));
    }

    [Fact]
    public void Resize_has_half_pixel_centres()
    {
        Matrix2x3 m = Matrix2x3.Resize(1024, 1024, 224, 224);
        Assert.Equal(1.7857142857142856, m.Apply(0, 0).X, 12);
        Assert.Equal(1021.2142857142857, m.Apply(0, 223).Y, 10);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(0, 1)]
    [InlineData(1e200, 1e200)]
    public void A_matrix_that_is_not_finite_or_collapses_is_not_usable(double a, double e)
    {
        Matrix2x3 m = new(a, 0, 0, 0, e, 0);
        Assert.False(m.IsUsable);
        Assert.Contains("no inverse", Assert.Throws<InvalidOperationException>(() => m.Inverse()).Message);
    }

    private static void Near(in Matrix2x3 expected, in Matrix2x3 found, double error)
    {
        Assert.Equal(expected.A, found.A, error);
        Assert.Equal(expected.B, found.B, error);
        Assert.Equal(expected.C, found.C, error * 10);
        Assert.Equal(expected.D, found.D, error);
        Assert.Equal(expected.E, found.E, error);
        Assert.Equal(expected.F, found.F, error * 10);
    }
}

using System.Runtime.Intrinsics;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>The vector paths against the scalar ones, on bytes without any pattern.</summary>
public sealed class WavefrontTests
{
    [Fact]
    public void Sixty_four_rows_at_a_time_equal_the_scalar_filters()
    {
        if (ByteVector512.IsSupported)
            CompareWithScalar(new WavefrontUnfilter<Vector512<byte>, ByteVector512>(), 64);
        else
            Assert.Throws<PlatformNotSupportedException>(() => Unfilters.Create(UnfilterPath.Wavefront512));
    }

    [Fact]
    public void Thirty_two_rows_at_a_time_equal_the_scalar_filters()
    {
        if (ByteVector256.IsSupported)
            CompareWithScalar(new WavefrontUnfilter<Vector256<byte>, ByteVector256>(), 32);
        else
            Assert.Throws<PlatformNotSupportedException>(() => Unfilters.Create(UnfilterPath.Wavefront256));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(5537)]
    [InlineData(200_003)]
    public void The_vector_checksum_equals_the_plain_one(int length)
    {
        byte[] random = new byte[length], full = new byte[length];
        new Random(length).NextBytes(random);
        Array.Fill(full, byte.MaxValue);
        Assert.Equal(0x11E60398u, Adler32.ComputeScalar("Wikipedia"u8, 1));
        if (!System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            return;
        Assert.Equal(Adler32.ComputeScalar(random, 1), Adler32.ComputeVector(random, 1));
        Assert.Equal(Adler32.ComputeScalar(full, 0xFFF0FFF0), Adler32.ComputeVector(full, 0xFFF0FFF0));
        if (!Vector512.IsHardwareAccelerated)
            return;
        Assert.Equal(Adler32.ComputeScalar(random, 1), Adler32.ComputeWide(random, 1));
        Assert.Equal(Adler32.ComputeScalar(full, 0xFFF0FFF0), Adler32.ComputeWide(full, 0xFFF0FFF0));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void The_vector_grey_equals_the_plain_one(int channels)
    {
        byte[] row = new byte[channels * 1001], plain = new byte[1001], vector = new byte[1001];
        new Random(channels).NextBytes(row);
        GreyWeights.Row8Scalar(row, plain, channels, 0);
        GreyWeights.Row8(row, vector, channels);
        Assert.Equal(plain, vector);
    }

    private static unsafe void CompareWithScalar(IUnfilter unfilter, int lanes)
    {
        Random random = new(lanes);
        for (int round = 0; round < 150; round++)
        {
            int rows = lanes + random.Next(3 * lanes), bytesPerPixel = new[] { 1, 1, 2, 3, 4, 6, 8 }[random.Next(7)];
            int narrowest = Enumerable.Range(1, 9 * lanes).First(bytes => unfilter.Takes(rows, bytes, bytesPerPixel));
            int rowBytes = narrowest + (random.Next(4) * random.Next(233));
            int stride = rowBytes + (random.Next(2) * random.Next(200));
            bool hasAbove = random.Next(2) == 0;
            Span<byte> filtered = new PinnedBuffer().Reserve(rows * (rowBytes + 1));
            random.NextBytes(filtered);
            for (int y = 0; y < rows; y++)
                filtered[y * (rowBytes + 1)] = (byte)random.Next(5);
            byte[] expected = new byte[rows * stride];
            Span<byte> actual = new PinnedBuffer().Reserve((rows + 1) * stride);
            random.NextBytes(actual);
            ReadOnlySpan<byte> above = hasAbove ? actual[..rowBytes].ToArray() : default;
            ScalarUnfilter.Rows(filtered, expected, stride, rows, rowBytes, bytesPerPixel, above);
            fixed (byte* source = filtered, destination = actual)
                unfilter.Rows(source, destination + stride, stride, rows, rowBytes, bytesPerPixel, hasAbove);
            for (int y = 0; y < rows; y++)
            {
                bool same = actual.Slice((y + 1) * stride, rowBytes).SequenceEqual(expected.AsSpan(y * stride, rowBytes));
                Assert.True(same, $"row {y} of {rows} x {rowBytes}, stride {stride}, {bytesPerPixel} bytes per pixel");
            }
        }
    }
}

namespace ChestXray.Kernels.Tests;

public class PhiloxTests
{
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u,
        0x24126ea1u)]
    public void Blocks_equal_the_known_answers_of_Random123(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x, uint y, uint z, uint w) =>
        Assert.Equal(new PhiloxBlock(x, y, z, w), Philox4x32.Generate(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void The_keyed_form_puts_seed_into_the_key_and_epoch_record_draw_into_the_counter() =>
        Assert.Equal(
            Philox4x32.Generate(3, 5, 7, 0, 0x9abcdef0, 0x12345678),
            Philox4x32.Generate(0x123456789abcdef0, epoch: 3, record: 5, draw: 7));

    [Fact]
    public void Uniform_floats_reach_0_and_stay_below_1()
    {
        Assert.Equal(0f, Philox4x32.Uniform(0xff));
        Assert.Equal(1 - (1f / (1 << 24)), Philox4x32.Uniform(uint.MaxValue));
        Assert.Equal(0.5f, Philox4x32.Uniform(0x80000000));
    }

    [Fact]
    public void Uniform_doubles_use_53_bits_and_stay_below_1()
    {
        Assert.Equal(0.0, Philox4x32.Uniform(0, 0x7ff));
        Assert.Equal(1 - Math.Pow(2, -53), Philox4x32.Uniform(uint.MaxValue, uint.MaxValue));
        Assert.Equal(Math.Pow(2, -53), Philox4x32.Uniform(0, 0x800));
    }

    [Fact]
    public void Draws_of_many_records_are_uniform()
    {
        int[] buckets = new int[16];
        for (uint record = 0; record < 16_000; record++)
            buckets[(int)(Philox4x32.Uniform(42, 1, record, 2) * 16)]++;
        // Chi square with 15 degrees of freedom: 37.7 is the 99.9 % point, and the draws never change.
        Assert.InRange(buckets.Sum(n => (n - 1000.0) * (n - 1000.0) / 1000), 3.5, 37.7);
    }
}

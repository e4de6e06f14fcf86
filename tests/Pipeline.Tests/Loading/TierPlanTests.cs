namespace ChestXray.Pipeline.Tests.Loading;

public sealed class TierPlanTests
{
    private const long GB = 1_000_000_000;

    [Fact]
    public void What_fits_the_device_is_resident_there() =>
        Assert.Equal("5.6 GB at 224: resident on the device", TierPlan.Of(new(224), 112_120, 8 * GB, 3 * GB, 16 * GB).ToString());

    [Fact]
    public void What_does_not_is_mapped_and_pinned_as_far_as_allowed()
    {
        TierPlan plan = TierPlan.Of(new(512), 112_120, 8 * GB, 3 * GB, 64 * GB);
        Assert.Equal("29 GB at 512: mapped, 3.0 GB pinned, all of it fits the memory that is free", plan.ToString());
        Assert.Equal((0, false, 0.0), (plan.ResidentBytes, plan.IsResident, plan.FromDisk));
        Assert.Equal(0, plan.PinnedBytes % plan.Layout.RecordBytes);
    }

    [Fact]
    public void What_no_memory_can_hold_is_said_to_come_from_disk()
    {
        TierPlan plan = TierPlan.Of(new(1024), 112_120, 0, 0, 16 * GB);
        Assert.Equal(1 - 16.0 * GB / plan.StoreBytes, plan.FromDisk, 1e-9);
        Assert.Equal("118 GB at 1024: mapped, 86 % of it read from disk again in every epoch", plan.ToString());
    }

    [Theory]
    [InlineData("1073741824", 1L << 30)]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("1g", 1L << 30)]
    [InlineData("0.5 GB", 500_000_000)]
    [InlineData("900MB", 900_000_000)]
    [InlineData("64 mib", 64L << 20)]
    [InlineData("12 b", 12)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1GiB")]
    [InlineData("0")]
    [InlineData("4 apples")]
    [InlineData("1e5GB")]
    [InlineData("99999999999TB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));
}

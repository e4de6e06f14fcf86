using ChestXray.Model.Gpu;

namespace ChestXray.Model.Tests.Gpu;

public class TierChoiceTests
{
    private const long GB = 1_000_000_000;

    [Theory]
    [InlineData(80 * GB, 8 * GB, StoreTier.Resident)]
    [InlineData(6 * GB, 8 * GB, StoreTier.Pinned)]
    [InlineData(6 * GB, 0, StoreTier.Staged)]
    [InlineData(7_600_000_000, 8 * GB, StoreTier.Resident)]
    [InlineData(7_599_999_999, 8 * GB, StoreTier.Pinned)]
    public void The_tier_follows_from_the_bytes_that_are_free(long free, long pinned, StoreTier expected)
    {
        TierChoice choice = new(5_600_000_000, free, 2 * GB, 20_000_000, pinned);
        Assert.Equal(expected, choice.First(StoreTier.Auto));
        Assert.StartsWith(expected.ToString().ToLowerInvariant() + ": ", choice.Reason(StoreTier.Auto));
    }

    [Fact]
    public void A_tier_that_is_asked_for_is_taken_whatever_the_arithmetic_says()
    {
        TierChoice choice = new(5_600_000_000, 0, 0, 0, 0);
        Assert.Equal(StoreTier.Resident, choice.First(StoreTier.Resident));
        Assert.Equal("resident: asked for by name", choice.Reason(StoreTier.Resident));
    }

    [Fact]
    public void From_each_tier_the_way_leads_down_to_the_host()
    {
        StoreTier[] way = [StoreTier.Resident, StoreTier.Pinned, StoreTier.Staged, StoreTier.Host];
        for (int i = 0; i + 1 < way.Length; i++)
            Assert.Equal(way[i + 1], TierChoice.Smaller(way[i]));
    }
}

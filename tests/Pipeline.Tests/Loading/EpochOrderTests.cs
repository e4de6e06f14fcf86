namespace ChestXray.Pipeline.Tests.Loading;

public sealed class EpochOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(100)]
    public void Ranks_read_every_sample_once_and_together_the_order_of_one(int ranks)
    {
        foreach (ulong? seed in new ulong?[] { null, 7 })
        {
            EpochOrder whole = new(83, seed, 2);
            EpochOrder[] parts = [.. Enumerable.Range(0, ranks).Select(rank => new EpochOrder(83, seed, 2, rank, ranks))];

            Assert.Equal(83, parts.Sum(part => part.Count));
            for (int position = 0; position < 83; position++)
                Assert.Equal(whole[position], parts[position % ranks][position / ranks]);
            Assert.Equal(Enumerable.Range(0, 83), parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(i => part[i]))
                .Order());
        }
    }

    [Fact]
    public void Without_a_seed_the_order_is_the_samples_own()
    {
        EpochOrder order = new(10, null, 5);
        Assert.Equal(Enumerable.Range(0, 10), Enumerable.Range(0, order.Count).Select(i => order[i]));
    }

    [Fact]
    public void A_rank_that_does_not_exist_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(10, 0, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(10, 0, 0, -1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(10, 0, 0, 0, 0));
    }
}

namespace ChestXray.Pipeline.Tests.Loading;

public class PermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(1024)]
    [InlineData(82_992)]
    public void Every_item_comes_exactly_once_in_every_epoch(int count)
    {
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Permutation order = new(count, 5, epoch);
            Assert.Equal(Enumerable.Range(0, count), Enumerable.Range(0, count).Select(i => order[i]).Order());
        }
    }

    [Fact]
    public void Seed_and_epoch_each_give_another_order_and_are_not_added()
    {
        int[][] orders = [Order(0, 0), Order(0, 1), Order(1, 0), Order(1, 1)];
        for (int i = 0; i < orders.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.True(orders[i].Zip(orders[j]).Count(pair => pair.First == pair.Second) < 20);
        }

        Assert.Equal(Order(1, 1), Order(1, 1));

        static int[] Order(ulong seed, int epoch)
        {
            Permutation order = new(1000, seed, epoch);
            return [.. Enumerable.Range(0, 1000).Select(i => order[i])];
        }
    }

    [Fact]
    public void Neighbours_are_spread_and_first_items_are_even_over_epochs()
    {
        const int count = 64, epochs = 6400;
        int[] first = new int[count];
        int neighbours = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            Permutation order = new(count, 9, epoch);
            first[order[0]]++;
            for (int i = 1; i < count; i++)
                neighbours += Math.Abs(order[i] - order[i - 1]) == 1 ? 1 : 0;
        }

        double chiSquare = first.Sum(seen => Math.Pow(seen - epochs / count, 2) / (epochs / count));
        Assert.InRange(chiSquare, 30, 110);
        Assert.InRange(neighbours / (double)epochs, 1.7, 2.3);
    }

    [Fact]
    public void A_position_outside_is_named() =>
        Assert.Contains("0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => new Permutation(10, 0, 0)[10]).Message);
}

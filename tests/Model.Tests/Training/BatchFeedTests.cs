using ChestXray.Model.Feeding;
using ChestXray.Model.Training;

namespace ChestXray.Model.Tests.Training;

public class BatchFeedTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    [InlineData(8, 4)]
    [InlineData(4, 2)]
    public void Batches_come_in_order_and_whole_whatever_the_number_of_threads(int threads, int slots)
    {
        NumberSource source = new(101);
        using BatchRing ring = new(slots, 8, 2);
        for (int pass = 0; pass < 50; pass++)
        {
            int next = pass % 5;
            using BatchFeed feed = new(source, ring, pass, next, threads);
            while (feed.TryTake(out int slot, out int first, out int count))
            {
                Assert.Equal(next, first);
                for (int i = 0; i < count; i++)
                    Assert.Equal(NumberSource.Value(pass, first + i), ring.Pixels(slot, count)[i * 4 + 3]);
                next += count;
                feed.Release();
            }

            Assert.Equal(101, next);
        }
    }

    [Fact]
    public void A_pass_that_is_given_up_ends_its_threads()
    {
        using BatchRing ring = new(3, 8, 2);
        for (int pass = 0; pass < 100; pass++)
        {
            using BatchFeed feed = new(new NumberSource(101), ring, 0, 0, 2);
            for (int taken = 0; taken < pass % 3; taken++)
                Assert.True(feed.TryTake(out _, out _, out _));
        }
    }

    /// <summary>Every pixel of a sample says which one it is; some are slow.</summary>
    private sealed class NumberSource(int count) : IBatchSource
    {
        public int Count => count;

        public int Size => 2;

        public static float Value(int epoch, int position) => epoch * 1000 + position;

        public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels)
        {
            if (first % 3 == 0)
                Thread.Yield();
            for (int i = 0; i < count; i++)
                images.Slice(i * 4, 4).Fill(Value(epoch, first + i));
        }
    }
}

using ChestXray.Model.Networks;

namespace ChestXray.Model.Tests.Networks;

public sealed class ThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_part_is_done_once_in_each_of_many_calls_close_together_and_far_apart(int parts)
    {
        int[] done = new int[parts], threads = new int[parts];
        for (int call = 0; call < 2000; call++)
        {
            Threads.Run(parts, part =>
            {
                done[part]++;
                threads[part] = Environment.CurrentManagedThreadId;
            });
            Assert.All(done, times => Assert.Equal(call + 1, times));
            if (call % 500 == 0)
                Thread.Sleep(2);
        }

        Assert.Equal(Environment.CurrentManagedThreadId, threads[0]);
        Assert.Equal(parts, threads.Distinct().Count());
    }

    [Fact]
    public void A_part_may_take_long_and_the_rest_waits_for_it()
    {
        foreach (int slow in (int[])[0, 1, 2])
        {
            int done = 0;
            Threads.Run(3, part =>
            {
                if (part == slow)
                    Thread.Sleep(30);
                Interlocked.Increment(ref done);
            });
            Assert.Equal(3, done);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_error_is_thrown_when_all_parts_are_done_and_the_next_call_works(int failing)
    {
        int done = 0;
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Threads.Run(3, part =>
        {
            Thread.Sleep(5);
            Interlocked.Increment(ref done);
            if (part == failing)
                throw new InvalidDataException("broken");
        }));
        Assert.Equal(("broken", 3), (error.Message, done));
        Threads.Run(3, _ => Interlocked.Increment(ref done));
        Assert.Equal(6, done);
    }

    [Fact]
    public async Task Callers_beside_and_inside_each_other_do_not_mix()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(() =>
        {
            for (int call = 0; call < 200; call++)
            {
                int[,] cells = new int[3, 2];
                Threads.Run(3, outer => Threads.Run(2, inner => cells[outer, inner] += caller + 1));
                Assert.All(cells.Cast<int>(), cell => Assert.Equal(caller + 1, cell));
            }
        })));
    }
}

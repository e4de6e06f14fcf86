using ChestXray.Pipeline.Stages;
using ChestXray.Pipeline.Tests.Sources;

namespace ChestXray.Pipeline.Tests.Stages;

/// <summary>The stages of a preparation: what holds them back, and what they say of themselves.</summary>
public sealed class StageTests
{
    [Fact]
    public void Every_image_passes_every_stage_and_times_add_up()
    {
        using ArchiveSet set = new(30);
        set.WriteFolder("data");
        PrepareResult result = set.Prepare("data", "cache", new() { Threads = 2 });
        Assert.Equal(["read", "decode", "inflate", "resize", "write"], result.Stages.Select(stage => stage.Name));
        Assert.All(result.Stages, stage => Assert.Equal(30, stage.Images));
        Assert.All(result.Stages, stage => Assert.InRange(stage.Occupancy + stage.WaitShare, 0, 2));
        Assert.Equal(set.Images.Values.Sum(file => (long)file.Length), result.Stages[0].Bytes);
        Assert.Equal(result.SourceBytes, result.Stages[0].Bytes);
        Assert.Equal(30 * 16 * 16, result.Stages[^1].Bytes);
        Assert.True(result.Stages[2].Busy <= result.Stages[1].Busy);
        Assert.True(result.ProcessorTime > TimeSpan.Zero && result.CoreSecondsPerImage > 0);
        Assert.Empty(set.Prepare("data", "cache").Stages);
    }

    [Fact]
    public void Every_thread_is_in_the_stage_table_whichever_starts_first()
    {
        using ArchiveSet set = new(4);
        set.WriteFolder("data");
        for (int i = 0; i < 60; i++)
        {
            PrepareResult result = set.Prepare("data", $"cache-{i}", new() { Threads = 4 });
            Assert.Equal([4, 4, 4, 4, 1], result.Stages.Select(stage => stage.Threads));
        }
    }

    [Fact]
    public async Task A_reader_waits_for_a_free_parcel()
    {
        ParcelPool pool = new(1, 16, long.MaxValue);
        StageMeter meter = new("read");
        Parcel first = pool.Take(5, meter)!;
        Task<Parcel?> second = Task.Run(() => pool.Take(5, meter), TestContext.Current.CancellationToken);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(50, TestContext.Current.CancellationToken)));
        pool.Return(first);
        Assert.Same(first, await second);
        Assert.True(meter.Wait > 0);
    }

    [Fact]
    public async Task Files_beyond_the_budget_travel_one_by_one()
    {
        ParcelPool pool = new(4, 16, budget: 100);
        StageMeter meter = new("read");
        Parcel large = pool.Take(1_000, meter)!;
        Task<Parcel?> next = Task.Run(() => pool.Take(1, meter), TestContext.Current.CancellationToken);
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(50, TestContext.Current.CancellationToken)));
        pool.Return(large);
        Assert.NotNull(await next);
        Assert.NotNull(pool.Take(99, meter));
        Task<Parcel?> over = Task.Run(() => pool.Take(1, meter), TestContext.Current.CancellationToken);
        Assert.NotSame(over, await Task.WhenAny(over, Task.Delay(50, TestContext.Current.CancellationToken)));
        pool.Close();
        Assert.Null(await over);
    }

    [Fact]
    public async Task A_queue_ends_when_its_last_adder_leaves_and_what_is_in_it_is_taken()
    {
        ParcelQueue queue = new(3);
        StageMeter meter = new("decode");
        queue.Join(2);
        Parcel parcel = new(1);
        queue.Add(parcel);
        queue.Leave();
        Task<Parcel?> first = Task.Run(() => queue.Take(meter), TestContext.Current.CancellationToken);
        Assert.Same(parcel, await first);
        Task<Parcel?> second = Task.Run(() => queue.Take(meter), TestContext.Current.CancellationToken);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(50, TestContext.Current.CancellationToken)));
        queue.Leave();
        Assert.Null(await second);
    }

    [Fact]
    public void A_stopped_queue_drops_what_is_in_it()
    {
        ParcelQueue queue = new(3);
        queue.Add(new(1));
        queue.Close(discard: true);
        Assert.Null(queue.Take(new("decode")));
    }
}

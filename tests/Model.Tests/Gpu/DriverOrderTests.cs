using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Training;
using TorchSharp;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>What the feeding loop asks of the driver, call by call.</summary>
public sealed class DriverOrderTests(PhantomStore phantoms) : IClassFixture<PhantomStore>
{
    private const int BatchSize = 4, Size = 24;

    [Theory]
    [InlineData(StoreTier.Resident)]
    [InlineData(StoreTier.Pinned)]
    [InlineData(StoreTier.Staged)]
    public void After_the_first_lap_a_step_is_the_same_few_calls_and_none_waits_or_allocates(StoreTier tier)
    {
        using StoreBatchSource source = phantoms.Train();
        RecordingDriver driver = new();
        using DeviceSupply supply = Open(driver, source, tier);
        int side = supply.Ring.Shape.SideBytes;
        using IBatchPass pass = supply.Begin(source, 0, 0);
        for (int step = 0; step < 8; step++)
        {
            driver.Calls.Clear();
            Assert.True(pass.TryTake(out _, out int count));
            driver.Calls.Add("train");
            pass.Release();
            if (step < 2)
                continue;

            // One slot is trained on while the other is made; marks are told apart by what they stand for.
            (int mine, int other, int host) = (step % 2, (step + 1) % 2, (step + 1) % supply.Uploaded.Length);
            string[] expected =
            [
                $"hold training for {supply.Ready[mine]}", "train", $"record {supply.Trained[mine]} on training",
                $"hold stream 1 for {supply.Trained[other]}", $"hold stream 1 for {supply.Ready[other]}",
                $"copy {side} on stream 1",
                .. tier == StoreTier.Resident ? Array.Empty<string>() : [$"copy {BatchSize * Size * Size} on stream 1"],
                $"record {supply.Uploaded[host]} on stream 1", $"hold stream 2 for {supply.Uploaded[host]}",
                $"augment {BatchSize} on stream 2", $"record {supply.Ready[other]} on stream 2",
            ];
            Assert.Equal(expected, driver.Calls);
        }
    }

    [Fact]
    public void A_resident_store_crosses_the_bus_once_and_later_epochs_move_plans_and_labels_alone()
    {
        using StoreBatchSource source = phantoms.Train();
        RecordingDriver driver = new();
        using DeviceSupply supply = Open(driver, source, StoreTier.Resident);
        long store = (long)phantoms.Store.Capacity * Size * Size;
        Assert.Single(driver.Calls, $"copy {store} on training");
        driver.Calls.Clear();
        int batches = 0;
        for (int epoch = 0; epoch < 2; epoch++)
            batches += Run(supply, source, epoch);
        Assert.Equal(batches, driver.Calls.Count(call => call == $"copy {supply.Ring.Shape.SideBytes} on stream 1"));
        Assert.Equal(batches, driver.Calls.Count(call => call.StartsWith("copy", StringComparison.Ordinal)));
        Assert.DoesNotContain(driver.Calls, call => call.StartsWith("allocate", StringComparison.Ordinal)
            || call.StartsWith("wait", StringComparison.Ordinal) || call.StartsWith("synchronise", StringComparison.Ordinal));
    }

    [Fact]
    public void A_slow_device_holds_the_host_back_by_one_mark_at_a_time_and_the_batches_stay_right()
    {
        using StoreBatchSource source = phantoms.Train();
        RecordingDriver driver = new() { IsFast = false };
        using DeviceSupply supply = Open(driver, source, StoreTier.Pinned);
        driver.Calls.Clear();
        int batches = Run(supply, source, 0);
        string[] waits = [.. driver.Calls.Where(call => call.StartsWith("wait", StringComparison.Ordinal))];
        Assert.Equal(batches, waits.Length);
        for (int i = 0; i < waits.Length; i++)
            Assert.Equal($"wait for {supply.Uploaded[i % supply.Uploaded.Length]}", waits[i]);
    }

    [Fact]
    public void What_was_queued_is_waited_for_before_the_tensors_go()
    {
        using StoreBatchSource source = phantoms.Train();
        RecordingDriver driver = new();
        DeviceSupply supply = Open(driver, source, StoreTier.Pinned);
        driver.Calls.Clear();
        supply.Dispose();
        Assert.Equal(["synchronise stream 1", "synchronise stream 2"], driver.Calls);
    }

    [Fact]
    public void The_tensors_that_training_gets_are_the_ring_s_own_memory_lap_after_lap()
    {
        using StoreBatchSource source = phantoms.Train();
        using KernelStepDriver driver = new(Kernels.KernelDevice.Simulator(), 0);
        using DeviceSupply supply = DeviceSupply.TryOpen(
            driver, [source], PhantomStore.Options(StoreTier.Resident, BatchSize, Size), _ => { })!;
        using IBatchPass pass = supply.Begin(source, 0, 0);
        nint[] slots = [supply.Ring.PixelAddress(0), supply.Ring.PixelAddress(1)];
        for (int i = 0; i < 7; i++)
        {
            Assert.True(pass.TryTake(out _, out _));
            using torch.Tensor images = pass.Images();
            Assert.Equal(slots[i % 2], TensorAddress.Of(images));
            pass.Release();
        }
    }

    private static int Run(DeviceSupply supply, StoreBatchSource source, int epoch)
    {
        using IBatchPass pass = supply.Begin(source, epoch, 0);
        int batches = 0;
        for (; pass.TryTake(out _, out _); batches++)
            pass.Release();
        return batches;
    }

    private static DeviceSupply Open(RecordingDriver driver, StoreBatchSource source, StoreTier tier) =>
        DeviceSupply.TryOpen(driver, [source], PhantomStore.Options(tier, BatchSize, Size), _ => { })!;
}

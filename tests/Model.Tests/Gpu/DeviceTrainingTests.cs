using System.Runtime.InteropServices;
using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>Whole runs whose batches are made by kernels on the simulator.</summary>
public sealed class DeviceTrainingTests : IDisposable
{
    private static readonly TrainingOptions _options = new() { Loss = LossKind.Plain, Epochs = 2, BatchSize = 4, Patience = 0 };
    private readonly TemporaryFolder _folder = new();
    private readonly PhantomStore _phantoms = new(106, PixelType.U8, 40);

    public void Dispose()
    {
        _phantoms.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_run_fed_by_kernels_learns_what_a_run_fed_by_the_CPU_learns()
    {
        List<double> host = [], device = [];
        Train("host", null, losses: host);
        Train("device", network => Open(network, new(), StoreTier.Resident, []), losses: device);

        // Pixels differ by a hundredth of a grey level at most; Adam's first steps have the sign of a gradient for their size,
        // and batches of four carry each difference on.
        Assert.Equal(host.Count, device.Count);
        Assert.Equal(host[0], device[0], 1e-4);
        Assert.Equal(host.Average(), device.Average(), 0.03);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_batch_that_finds_no_memory_is_taken_again_without_the_store_on_the_device(int failsAt)
    {
        using (StoreBatchSource train = _phantoms.Train())
        {
            // The first of validation.
            failsAt = failsAt < 0 ? (train.Count + 3) / 4 : failsAt;
        }

        List<string> notes = [];
        TrainingResult whole = Train("whole", network => Open(network, new(), StoreTier.Resident, []));
        TrainingResult shrunk = Train(
            "shrunk", network => new ForgetfulSupply(Open(network, new(), StoreTier.Resident, notes), failsAt, notes));
        Assert.Contains(notes, note => note.Contains("ran out", StringComparison.Ordinal));
        Assert.Equal(whole.History[^1].Train.Loss, shrunk.History[^1].Train.Loss);
        Assert.Equal(whole.History[^1].Validation.Loss, shrunk.History[^1].Validation.Loss);
    }

    [Fact]
    public void A_device_that_is_lost_ends_the_run_by_name_and_the_checkpoint_goes_on()
    {
        TrainingResult whole = Train("whole", network => Open(network, new(), StoreTier.Pinned, []));
        RecordingDriver driver = new();
        int launches = 0;
        driver.Fault = call =>
            IsBatch(call) && ++launches == 6 ? new DriverException(call, 700) : null;
        JobException error = Assert.Throws<JobException>(
            () => Train("lost", network => Open(network, driver, StoreTier.Pinned, []), _options with { CheckpointEvery = TimeSpan.Zero }));
        Assert.Contains("The GPU was lost", error.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", error.Message, StringComparison.Ordinal);

        TrainingResult resumed = Train("lost", network => Open(network, new(), StoreTier.Pinned, []), _options with { Resume = true });
        Assert.Equal(whole.History[^1].Train.Loss, resumed.History[^1].Train.Loss);
    }

    [Fact]
    public void Cancelling_inside_a_step_keeps_a_checkpoint_and_going_on_gives_the_same_run()
    {
        TrainingResult whole = Train("whole", network => Open(network, new(), StoreTier.Pinned, []));
        using CancellationTokenSource stop = new();
        RecordingDriver driver = new();
        int launches = 0;
        driver.Fault = call =>
        {
            if (IsBatch(call) && ++launches == 4)
                stop.Cancel();
            return null;
        };
        Assert.True(Train("stopped", network => Open(network, driver, StoreTier.Pinned, []), cancellation: stop.Token).Cancelled);
        Assert.True(driver.IsDisposed);
        TrainingResult resumed = Train("stopped", network => Open(network, new(), StoreTier.Pinned, []), _options with { Resume = true });
        Assert.Equal(whole.History[^1].Train.Loss, resumed.History[^1].Train.Loss);
        Assert.Equal(whole.History[^1].Validation.Loss, resumed.History[^1].Validation.Loss);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_run_with_its_own_records_though_later_batches_were_begun()
    {
        TrainingOptions often = _options with { CheckpointEvery = TimeSpan.Zero };
        RecordingDriver driver = new() { IsFast = false };
        int losses = 0;
        driver.AfterLoss = call =>
        {
            if (++losses == 3)
                Marshal.WriteInt32(call.Value, BitConverter.SingleToInt32Bits(float.NaN));
        };
        NonFiniteLossException error = Assert.Throws<NonFiniteLossException>(
            () => Train("broken", network => Open(network, driver, StoreTier.Resident, []), often));
        Assert.Equal((0, 8, 4), (error.Epoch, error.First, error.Count));

        // The checkpoint was made before it, and what went on from there is the whole run.
        TrainingResult whole = Train("whole", network => Open(network, new(), StoreTier.Resident, []));
        TrainingResult resumed = Train(
            "broken", network => Open(network, new(), StoreTier.Resident, []), _options with { Resume = true });
        Assert.Equal(whole.History[^1].Train.Loss, resumed.History[^1].Train.Loss);
    }

    [Fact]
    public void A_context_that_is_not_shared_is_said_and_left_to_the_host()
    {
        using StoreBatchSource train = _phantoms.Train(), validation = _phantoms.Validation();
        RecordingDriver driver = new() { ForeignContext = 77 };
        List<string> notes = [];
        using Network network = InitialValues.Make(_options);
        Assert.Null(GpuBatches.Open(driver, network, [train, validation], _options, notes.Add));
        Assert.True(driver.IsDisposed);
        Assert.Contains("do not share memory", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_somebody_else_holds_is_named_and_the_store_stays_on_the_host()
    {
        using StoreBatchSource train = _phantoms.Train(), validation = _phantoms.Validation();
        List<string> notes = [];
        using Network network = InitialValues.Make(_options);
        using DeviceSupply? supply =
            GpuBatches.Open(new RecordingDriver { FreeBytes = 1 << 20 }, network, [train, validation], _options, notes.Add);
        Assert.Equal(StoreTier.Pinned, supply!.Memory.Tier);
        Assert.Contains("another process may hold the rest", notes[0], StringComparison.Ordinal);
        Assert.StartsWith("pinned: ", notes[1]);
    }

    /// <summary>The launch of a run's batch and not the one that proves the hand-over.</summary>
    private static bool IsBatch(string call) =>
        call.StartsWith("augment", StringComparison.Ordinal) && call.EndsWith("on stream 3", StringComparison.Ordinal);

    private DeviceSupply Open(Network network, RecordingDriver driver, StoreTier tier, List<string> notes)
    {
        using StoreBatchSource train = _phantoms.Train(), validation = _phantoms.Validation();
        return GpuBatches.Open(driver, network, [train, validation], _options with { Tier = tier }, notes.Add)!;
    }

    private TrainingResult Train(
        string name, Func<Network, IBatchSupply>? supply, TrainingOptions? options = null,
        List<double>? losses = null, CancellationToken cancellation = default)
    {
        using StoreBatchSource train = _phantoms.Train(), validation = _phantoms.Validation();
        return Trainer.Run(
            train, validation, options ?? _options, Path.Combine(_folder.Path, name), supply,
            losses is null ? null : new Losses(losses), cancellation);
    }

    private sealed class Losses(List<double> losses) : ITrainingProgress
    {
        public void OnStep(in StepReport step) => losses.Add(step.Loss);

        public void OnEpoch(EpochMetrics epoch)
        {
        }

        public void OnNote(string text)
        {
        }
    }

    /// <summary>Runs out of memory once, as the tensor library says it.</summary>
    private sealed class ForgetfulSupply(DeviceSupply inner, int failsAt, List<string> notes) : IBatchSupply
    {
        public IBatchPass Begin(IBatchSource source, int epoch, int first, long step) => inner.Begin(source, epoch, first, step);

        public IStepQueue Steps(BatchWorker worker) => new ForgetfulSteps(inner.Steps(worker), failsAt);

        public bool TryShrink(Action<string> note) => inner.TryShrink(notes.Add);

        public void Dispose() => inner.Dispose();
    }

    private sealed class ForgetfulSteps(IStepQueue inner, int failsAt) : IStepQueue
    {
        private int _batches;

        public void Train(IBatchPass pass, int first, int count, double rate)
        {
            Fail();
            inner.Train(pass, first, count, rate);
        }

        public void Infer(IBatchPass pass, int first, int count)
        {
            Fail();
            inner.Infer(pass, first, count);
        }

        public bool TryTake(bool waits, out StepOutcome outcome) => inner.TryTake(waits, out outcome);

        public void Dispose() => inner.Dispose();

        private void Fail()
        {
            if (_batches++ == failsAt)
                throw new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.");
        }
    }
}

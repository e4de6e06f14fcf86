using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>Training steps whose loss is a kernel and whose results are read later.</summary>
public sealed class DeviceStepsTests : IDisposable
{
    private const int BatchSize = 4, Size = 106;
    private const ulong Seed = 5;
    private readonly PhantomStore _phantoms = new(Size, PixelType.U8);

    public void Dispose() => _phantoms.Dispose();

    [Theory]
    [InlineData(LossKind.Weighted, 0.1, 2)]
    [InlineData(LossKind.Plain, 0, 0)]
    public void They_learn_what_the_host_learns_from_the_same_batches_and_masks(LossKind kind, double smoothing, double focal)
    {
        using StoreBatchSource source = _phantoms.Train();
        BinaryCrossEntropy loss = new(kind, ClassWeights.From(100, [.. Enumerable.Range(1, Findings.Count)]), smoothing, focal);
        using GuideNetwork own = new(0), kernels = new(0);
        using BatchWorker host = new(own, loss, BatchSize, Seed), device = new(kernels, loss, BatchSize, Seed);
        using DeviceSupply supply = Open(new RecordingDriver { IsFast = false }, source);
        using IStepQueue steps = supply.Steps(device);
        using IBatchPass pass = supply.Begin(source, 0, 8, step: 0);
        List<(int First, double Loss, double Norm)> expected = [], found = [];
        List<float[]> probabilities = [], theirs = [];
        while (expected.Count < 4 && pass.TryTake(out int first, out int count))
        {
            using torch.Tensor images = pass.Images();
            (double value, double norm, _) = host.Train(images, pass.Labels, 1e-4);
            expected.Add((first, value, norm));
            probabilities.Add(host.Probabilities(count).ToArray());
            steps.Train(pass, first, count, 1e-4);
            Take(waits: false);
            Assert.Equal(Math.Max(0, expected.Count - DeviceSteps.Depth), found.Count);
            pass.Release();
        }

        Take(waits: true);
        Assert.Equal(4, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            Assert.Equal(expected[i].First, found[i].First);
            Assert.Equal(expected[i].Loss, found[i].Loss, 1e-3 * expected[i].Loss);
            Assert.Equal(expected[i].Norm, found[i].Norm, 1e-2 * expected[i].Norm);
            Assert.All(theirs[i].Zip(probabilities[i]), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        }

        void Take(bool waits)
        {
            while (steps.TryTake(waits, out StepOutcome outcome))
            {
                found.Add((outcome.First, outcome.Loss, outcome.GradientNorm));
                theirs.Add(outcome.Probabilities.ToArray());
                Assert.Equal(found.Count, outcome.Step);
                Assert.Equal(outcome.Count * Findings.Count, outcome.Labels.Length);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_is_loss_Adam_answer_and_mark_and_the_host_waits_only_when_it_is_two_batches_ahead(bool isFast)
    {
        RecordingDriver driver = new() { IsFast = isFast };
        using PlainSteps plain = new(_phantoms.Train(), driver);
        (IStepQueue steps, IBatchPass pass) = (plain.Steps, plain.Pass);
        for (int step = 0; step < 6; step++)
        {
            Assert.True(pass.TryTake(out int first, out int count));
            driver.Calls.Clear();
            steps.Train(pass, first, count, 1e-4);
            while (steps.TryTake(waits: false, out _))
            {
            }

            string[] calls = [.. driver.Calls];
            pass.Release();
            Assert.Equal($"loss of {BatchSize} on training", calls[0]);
            Assert.Equal($"step of {plain.Network.Parameters.Values.NumberOfElements} on training", calls[1]);
            Assert.Equal($"copy {(4 + (BatchSize * Findings.Count)) * sizeof(float)} on training", calls[2]);
            Assert.StartsWith("record ", calls[3], StringComparison.Ordinal);
            Assert.EndsWith("on training", calls[3], StringComparison.Ordinal);
            Assert.Equal(isFast || step < DeviceSteps.Depth ? 4 : 5, calls.Length);
            if (calls.Length == 5)
                Assert.StartsWith("wait for ", calls[4], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_loss_alone_leaves_weights_and_steps_as_they_are()
    {
        using PlainSteps plain = new(_phantoms.Validation(), new RecordingDriver());
        (IStepQueue steps, IBatchPass pass) = (plain.Steps, plain.Pass);
        using torch.Tensor before = plain.Network.Parameters.Values.clone();
        Assert.True(pass.TryTake(out int first, out int count));
        using torch.Tensor images = pass.Images();
        double expected = plain.Worker.Infer(images, pass.Labels);
        steps.Infer(pass, first, count);
        Assert.True(steps.TryTake(waits: true, out StepOutcome outcome));
        Assert.Equal(expected, outcome.Loss, 1e-6);
        Assert.Equal((0.0, 0L), (outcome.GradientNorm, outcome.Step));
        Assert.Equal(plain.Worker.Probabilities(count).ToArray(), outcome.Probabilities.ToArray());
        Assert.True(before.allclose(plain.Network.Parameters.Values, 0, 0));
        Assert.False(steps.TryTake(waits: true, out _));
    }

    [Fact]
    public void A_fourth_batch_without_a_result_taken_is_an_error_and_not_a_result_lost()
    {
        using PlainSteps plain = new(_phantoms.Train(), new RecordingDriver());
        (IStepQueue steps, IBatchPass pass) = (plain.Steps, plain.Pass);
        Assert.True(pass.TryTake(out int first, out int count));
        for (int i = 0; i <= DeviceSteps.Depth; i++)
            steps.Train(pass, first, count, 1e-4);
        Assert.Throws<InvalidOperationException>(() => steps.Train(pass, first, count, 1e-4));
    }

    private static DeviceSupply Open(RecordingDriver driver, StoreBatchSource source) => DeviceSupply.TryOpen(
        driver, [source], new(
            StoreTier.Resident, new(BatchSize, Size, GuideNetwork.Features), torch.ScalarType.Float32, torch.CPU, 2, 0, 1L << 40)
        {
            Dropout = new(GuideNetwork.Features, GuideNetwork.DropoutRate, Seed),
        },
        _ => { })!;

    /// <summary>The guide's network at a pass over a source, with the plain loss.</summary>
    private sealed class PlainSteps : IDisposable
    {
        private readonly StoreBatchSource _source;
        private readonly DeviceSupply _supply;

        public PlainSteps(StoreBatchSource source, RecordingDriver driver)
        {
            _source = source;
            Worker = new(Network, new(LossKind.Plain, null), BatchSize, Seed);
            _supply = Open(driver, source);
            Steps = _supply.Steps(Worker);
            Pass = _supply.Begin(source, 0, 0);
        }

        public GuideNetwork Network { get; } = new(0);

        public BatchWorker Worker { get; }

        public IStepQueue Steps { get; }

        public IBatchPass Pass { get; }

        public void Dispose()
        {
            Pass.Dispose();
            Steps.Dispose();
            _supply.Dispose();
            Worker.Dispose();
            Network.Dispose();
            _source.Dispose();
        }
    }
}

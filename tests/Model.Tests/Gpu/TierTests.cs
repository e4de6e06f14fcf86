using System.IO.Hashing;
using System.Runtime.InteropServices;
using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>The tiers on the kernels' simulator: the code that a GPU runs.</summary>
public sealed class TierTests(PhantomStore phantoms) : IClassFixture<PhantomStore>
{
    private const int BatchSize = 7;
    private const int Epoch = 3;

    [Fact]
    public void Every_tier_serves_the_CPU_s_plan_and_one_set_of_pixels_within_a_hundredth_of_a_grey_level()
    {
        using StoreBatchSource expected = phantoms.Train();
        ulong plan = expected.PlanHash(Epoch, 0, expected.Count);
        (float[] pixels, float[] labels) = Take(new HostSupply(2, BatchSize, expected.Size), expected);
        Assert.Equal(plan, expected.ServedHash);
        HashSet<ulong> hashes = [];
        foreach (StoreTier tier in new[] { StoreTier.Resident, StoreTier.Pinned, StoreTier.Staged })
        {
            using StoreBatchSource source = phantoms.Train();
            RecordingDriver driver = new();
            (float[] found, float[] foundLabels) = Take(Open(driver, source, tier), source);
            Assert.Equal(plan, source.ServedHash);
            Assert.Equal(labels, foundLabels);
            double error = found.Zip(pixels, (a, b) => Math.Abs(a - b)).Max() * phantoms.Data.Statistics.StandardDeviation;
            Assert.InRange(error, 0, 1e-2);
            Assert.True(driver.IsDisposed);
            hashes.Add(XxHash3.HashToUInt64(MemoryMarshal.AsBytes<float>(found)));
        }

        Assert.Single(hashes);
    }

    [Fact]
    public void Sixteen_bit_records_go_the_same_ways()
    {
        using PhantomStore wide = new(24, PixelType.U16, 30);
        using StoreBatchSource expected = wide.Train();
        (float[] pixels, _) = Take(new HostSupply(1, BatchSize, expected.Size), expected);
        foreach (StoreTier tier in new[] { StoreTier.Resident, StoreTier.Pinned })
        {
            using StoreBatchSource source = wide.Train();
            using RecordingDriver driver = new();
            (float[] found, _) = Take(Open(driver, source, tier), source);
            double error = found.Zip(pixels, (a, b) => Math.Abs(a - b)).Max() * wide.Data.Statistics.StandardDeviation;
            Assert.InRange(error, 0, 1e-2);
        }
    }

    [Fact]
    public void A_pass_begins_anywhere_and_one_that_is_broken_off_leaves_nothing_behind()
    {
        using StoreBatchSource source = phantoms.Train();
        using DeviceSupply supply = Open(new(), source, StoreTier.Pinned);
        float[] whole = Pass(supply, source, 0).Pixels;
        for (int batches = 0; batches < 3; batches++)
        {
            using IBatchPass pass = supply.Begin(source, Epoch + 1, 0);
            for (int i = 0; i < batches; i++)
            {
                Assert.True(pass.TryTake(out _, out _));
                pass.Release();
            }
        }

        float[] rest = Pass(supply, source, BatchSize * 2).Pixels;
        Assert.True(whole.AsSpan(BatchSize * 2 * source.Size * source.Size).SequenceEqual(rest));
        Assert.True(supply.Ring.GuardsHold());
    }

    [Theory]
    [InlineData(ScalarType.Float32, true)]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.Float16, true)]
    [InlineData(ScalarType.Float16, false)]
    [InlineData(ScalarType.BFloat16, true)]
    [InlineData(ScalarType.BFloat16, false)]
    public void A_batch_of_any_type_and_layout_lies_where_its_tensor_reads_it_and_nowhere_else(
        ScalarType type, bool isChannelsLast)
    {
        using StoreBatchSource source = phantoms.Train();
        using RecordingDriver driver = new();
        RingShape shape = new(BatchSize, source.Size, 5);
        using DeviceRing ring = new(2, shape, type, CPU, isChannelsLast);
        using TierMemory memory = new(driver, StoreTier.Resident, [source], shape, 2, 2);
        int kernel = driver.LoadAugmentation(source.Augmentation, PixelType.U8, type, BatchSize);
        float[] expected = new float[BatchSize * source.Size * source.Size], labels = new float[BatchSize * Findings.Count];
        source.Read(0, 0, BatchSize, expected, labels);
        WritePlan(source, memory, ring);
        AugmentCall call = new(
            memory.DeviceRecords(1), memory.RecordsFor(BatchSize), ring.SideAddress(1), BatchSize, true, ring.PixelAddress(1),
            shape.Values);
        driver.Augment(kernel, call, driver.TrainingStream);

        using DisposeScope scope = NewDisposeScope();
        Tensor images = ring.Images(1, BatchSize), found = images.to(ScalarType.Float32).contiguous();
        Assert.Equal([BatchSize, 1, source.Size, source.Size], images.shape);
        Assert.Equal(isChannelsLast ? 1 : source.Size * source.Size, images.stride()[1]);
        double relative = type switch { ScalarType.Float32 => 0, ScalarType.Float16 => 1.0 / 1024, _ => 1.0 / 128 };
        float[] pixels = found.data<float>().ToArray();
        for (int i = 0; i < pixels.Length; i++)
            Assert.Equal(expected[i], pixels[i], 3e-4 + (relative * Math.Abs(expected[i])));
        Assert.Equal(labels, ring.Labels(1, BatchSize).contiguous().data<float>().ToArray());
        Assert.True(ring.GuardsHold());
        ring.Images(1, BatchSize).fill_(1);
        Assert.True(ring.GuardsHold());
    }

    [Fact]
    public void A_write_beside_a_batch_is_seen()
    {
        using DeviceRing ring = new(2, new(2, 8, 0), ScalarType.Float32, CPU);
        Assert.True(ring.GuardsHold());
        unsafe
        {
            ((float*)ring.PixelAddress(1))[-1] = 0;
        }

        Assert.False(ring.GuardsHold());
    }

    private static unsafe void WritePlan(StoreBatchSource source, TierMemory memory, DeviceRing ring)
    {
        int[] records = new int[BatchSize];
        Matrix2x3[] matrices = new Matrix2x3[BatchSize];
        Span<float> labels = new((void*)(ring.SideAddress(1) + ring.Shape.LabelsAt), BatchSize * Findings.Count);
        source.Plan(0, 0, BatchSize, records, matrices, labels);
        Span<byte> plan = new((void*)ring.SideAddress(1), BatchSize * AugmentPlan.SampleBytes);
        new AugmentPlan(source.Augmentation).Write(memory.RecordsFor(BatchSize), records, matrices, [], plan);
    }

    private DeviceSupply Open(RecordingDriver driver, StoreBatchSource source, StoreTier tier)
    {
        using StoreBatchSource validation = phantoms.Validation();
        List<string> notes = [];
        DeviceSupply? supply = DeviceSupply.TryOpen(
            driver, [source], PhantomStore.Options(tier, BatchSize, source.Size), notes.Add);
        Assert.Equal([$"{tier.ToString().ToLowerInvariant()}: asked for by name"], notes);
        return supply!;
    }

    private static (float[] Pixels, float[] Labels) Take(IBatchSupply supply, StoreBatchSource source)
    {
        using (supply)
            return Pass(supply, source, 0);
    }

    private static (float[] Pixels, float[] Labels) Pass(IBatchSupply supply, StoreBatchSource source, int first)
    {
        using IBatchPass pass = supply.Begin(source, Epoch, first);
        List<float> pixels = [], labels = [];
        int next = first;
        while (pass.TryTake(out int begin, out int count))
        {
            Assert.Equal(next, begin);
            using DisposeScope scope = NewDisposeScope();
            pixels.AddRange(pass.Images().contiguous().data<float>().ToArray());
            labels.AddRange(pass.Labels);
            pass.Release();
            next += count;
        }

        Assert.Equal(source.Count, next);
        return ([.. pixels], [.. labels]);
    }
}

using System.Runtime.InteropServices;
using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Training;

namespace ChestXray.Model.Tests.Gpu;

public sealed class FaultTests(PhantomStore phantoms) : IClassFixture<PhantomStore>
{
    private const int OutOfMemory = 2;

    [Fact]
    public void Where_memory_is_refused_the_next_smaller_tier_is_taken_and_said_down_to_the_host()
    {
        foreach ((string refused, StoreTier expected) in new[]
        {
            ("device", StoreTier.Pinned), ("page-locked", StoreTier.Staged), ("bytes", StoreTier.Host),
        })
        {
            using StoreBatchSource source = phantoms.Train();
            using RecordingDriver driver = new();

            // Of the device's memory only the whole store is refused.
            long least = refused == "device" ? 1 << 15 : 0;
            driver.Fault = call => call.Split(' ') is ["allocate", string bytes, ..] && call.Contains(refused)
                && long.Parse(bytes) > least ? new DriverException(call, OutOfMemory) : null;
            List<string> notes = [];
            using DeviceSupply? supply =
                DeviceSupply.TryOpen(driver, [source], PhantomStore.Options(StoreTier.Auto, 4, source.Size), notes.Add);
            Assert.Equal(expected, supply?.Memory.Tier ?? StoreTier.Host);
            Assert.StartsWith("resident: ", notes[0]);
            Assert.Equal(
                [.. new[] { "resident", "pinned", "staged" }.TakeWhile(word => word != expected.ToString().ToLowerInvariant())],
                notes.Skip(1).Select(note => note.Split(' ')[0]));
            Assert.All(notes.Skip(1), note => Assert.Contains("out of memory", note));
        }
    }

    [Fact]
    public void A_lost_device_is_an_error_and_no_smaller_tier()
    {
        using StoreBatchSource source = phantoms.Train();
        using RecordingDriver driver = new();
        driver.Fault = call => call.StartsWith("copy", StringComparison.Ordinal) ? new DriverException(call, 700) : null;
        DriverException error = Assert.Throws<DriverException>(
            () => DeviceSupply.TryOpen(driver, [source], PhantomStore.Options(StoreTier.Resident, 4, source.Size), _ => { }));
        Assert.Contains("lost", GpuFault.Name(error)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_gives_way_in_the_middle_of_an_epoch_and_the_batches_go_on()
    {
        using StoreBatchSource source = phantoms.Train(), expected = phantoms.Train();
        RecordingDriver driver = new();
        List<string> notes = [];
        using DeviceSupply supply =
            DeviceSupply.TryOpen(driver, [source], PhantomStore.Options(StoreTier.Resident, 4, source.Size), notes.Add)!;
        float[] before = First(supply, source, 0), after = First(supply, source, 4);
        Assert.True(supply.TryShrink(notes.Add));
        Assert.Equal(StoreTier.Pinned, supply.Memory.Tier);
        Assert.Contains("ran out", notes[^1]);
        Assert.Equal(before, First(supply, source, 0));
        Assert.Equal(after, First(supply, source, 4));
        Assert.False(supply.TryShrink(notes.Add));

        static float[] First(DeviceSupply supply, StoreBatchSource source, int first)
        {
            using IBatchPass pass = supply.Begin(source, 0, first);
            Assert.True(pass.TryTake(out _, out _));
            using TorchSharp.torch.Tensor images = pass.Images(), whole = images.contiguous();
            float[] pixels = whole.data<float>().ToArray();
            pass.Release();
            return pixels;
        }
    }

    [Fact]
    public void What_kernels_can_t_make_is_left_to_the_host_with_the_reason()
    {
        using StoreBatchSource exact = phantoms.Train(isExact: true);
        using RecordingDriver driver = new();
        List<string> notes = [];
        Assert.Null(DeviceSupply.TryOpen(driver, [exact], PhantomStore.Options(StoreTier.Auto, 4, exact.Size), notes.Add));
        Assert.Equal(["host: exact augmentation is the CPU's alone"], notes);
    }

    [Fact]
    public void An_error_of_the_store_comes_with_its_own_batch_and_not_with_the_one_before()
    {
        using StoreBatchSource source = phantoms.Train();
        BreakingSource breaking = new(source, 8);
        using DeviceSupply supply =
            DeviceSupply.TryOpen(
                new RecordingDriver(), [source], PhantomStore.Options(StoreTier.Resident, 4, source.Size), _ => { })!;
        using IBatchPass pass = new DevicePass(supply, breaking, 0, 0, 0, 2);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(pass.TryTake(out _, out _));
            pass.Release();
        }

        Assert.Contains("sample 8", Assert.Throws<InvalidDataException>(() => pass.TryTake(out _, out _)).Message);
    }

    [Theory]
    [InlineData(2, "memory is used up")]
    [InlineData(46, "Another process")]
    [InlineData(100, "driver is too old")]
    [InlineData(222, "driver is too old")]
    [InlineData(803, "driver is too old")]
    [InlineData(209, "compute capability")]
    [InlineData(700, "was lost")]
    [InlineData(719, "was lost")]
    public void Each_error_of_the_driver_is_named(int code, string word) =>
        Assert.Contains(word, GpuFault.Name(new DriverException("a call", code))!, StringComparison.Ordinal);

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2 GiB\n at frame", "memory is used up")]
    [InlineData("CUDA error: an illegal memory access was encountered", "was lost")]
    [InlineData("CUDA error: no kernel image is available for execution on the device", "compute capability")]
    [InlineData("CUDA error: all CUDA-capable devices are busy or unavailable", "Another process")]
    [InlineData("CUDA error: CUDA driver version is insufficient for CUDA runtime version", "driver is too old")]
    public void Each_error_of_the_tensor_library_is_named_in_one_line(string text, string word)
    {
        string named = GpuFault.Name(new ExternalException(text))!;
        Assert.Contains(word, named, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", named, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_errors_are_none_of_the_GPU_s()
    {
        Assert.Null(GpuFault.Name(new ExternalException("mat1 and mat2 shapes cannot be multiplied")));
        Assert.Null(GpuFault.Name(new InvalidDataException("CUDA error")));
    }

    [Fact]
    public void A_card_or_a_driver_below_what_is_needed_is_refused_with_both_numbers()
    {
        DeviceFacts good = new("A card", 12_080, 90, 10L << 30, 80L << 30);
        Assert.Null(GpuRequirements.Refusal(good));
        string driver = GpuRequirements.Refusal(good with { DriverVersion = 11_040 })!;
        Assert.Contains("CUDA 11.4; 12.0", driver);
        string card = GpuRequirements.Refusal(good with { Capability = 61 })!;
        Assert.Contains("6.1; 7.5", card);
        Assert.Null(GpuRequirements.Shortage(good, 10L << 30));
        Assert.Contains("another process", GpuRequirements.Shortage(good, 11L << 30)!);
    }

    private sealed class BreakingSource(StoreBatchSource source, int broken) : IPlannedSource
    {
        public int Count => source.Count;

        public int Size => source.Size;

        public Pipeline.RecordStore Store => source.Store;

        public AugmenterOptions Augmentation => source.Augmentation;

        public bool IsExact => false;

        public ulong ServedHash => 0;

        public IEnumerable<int> AllRecords() => source.AllRecords();

        public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels) =>
            source.Read(epoch, first, count, images, labels);

        public void Plan(int epoch, int first, int count, Span<int> records, Span<Matrix2x3> matrices, Span<float> labels)
        {
            if (first == broken)
                throw new InvalidDataException($"sample {broken} can't be read");
            source.Plan(epoch, first, count, records, matrices, labels);
        }
    }
}

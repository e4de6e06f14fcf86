using ChestXray.Model.Gpu;
using TorchSharp;

namespace ChestXray.Model.Tests.Gpu;

public class GpuFindingTests
{
    public GpuFindingTests() => TorchRuntime.Start();

    [Fact]
    public void A_card_s_lines_say_what_it_is_that_memory_is_shared_and_how_fast_copies_are()
    {
        IReadOnlyList<(string Name, string Found, string Advice)> lines =
            GpuFinding.OfCard(new RecordingDriver(), torch.CPU, "cuda:3");
        Assert.Equal(["cuda:3", "cuda:3 context", "cuda:3 copies"], lines.Select(line => line.Name));
        Assert.Contains("compute capability 9.0, driver for CUDA 12.8", lines[0].Found);
        Assert.Equal("kernels and tensors share memory", lines[1].Found);
        Assert.Contains("GB/s from page-locked memory", lines[2].Found);
        Assert.All(lines, line => Assert.Equal("", line.Advice));
    }

    [Fact]
    public void A_context_that_is_not_shared_comes_with_its_consequence()
    {
        RecordingDriver driver = new() { ForeignContext = 5 };
        (_, string found, string advice) = GpuFinding.OfCard(driver, torch.CPU, "cuda:0")[1];
        Assert.Equal("kernels and tensors do not share memory", found);
        Assert.Contains("augmented on the CPU", advice);
        Assert.True(driver.IsDisposed);
    }

    [Fact]
    public void The_lines_begin_with_the_driver_and_what_the_tensor_library_sees()
    {
        IReadOnlyList<(string Name, string Found, string Advice)> lines = GpuFinding.Lines();
        Assert.Equal(["GPU driver", "GPU"], lines.Take(2).Select(line => line.Name));
        if (!torch.cuda.is_available())
        {
            Assert.Equal("none seen by the tensor library", lines[1].Found);
            Assert.NotEqual("", lines[1].Advice);
        }
    }
}

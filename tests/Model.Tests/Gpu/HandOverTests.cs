using ChestXray.Kernels;
using ChestXray.Model.Gpu;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Gpu;

public class HandOverTests
{
    public HandOverTests() => TorchRuntime.Start();

    [Fact]
    public void A_kernel_reads_what_a_tensor_operation_wrote_and_the_other_way_round()
    {
        using RecordingDriver driver = new();
        Assert.Null(HandOver.Fault(driver, CPU));
        Assert.Contains("augment 2 on stream 1", driver.Calls);
    }

    [Fact]
    public void Tensors_of_another_context_are_named_and_nothing_runs_on_them()
    {
        using RecordingDriver driver = new() { ForeignContext = 0xbeef };
        Assert.Contains("beef", HandOver.Fault(driver, CPU)!, StringComparison.Ordinal);
        Assert.DoesNotContain(driver.Calls, call => call.StartsWith("augment", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("augment")]
    [InlineData("copy")]
    public void A_device_that_does_not_do_its_work_is_found_out(string skipped)
    {
        using RecordingDriver driver = new() { Skips = call => call.StartsWith(skipped, StringComparison.Ordinal) };
        Assert.Contains("grey levels off", HandOver.Fault(driver, CPU)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_that_refuses_is_quoted()
    {
        using RecordingDriver driver = new();
        driver.Fault = call => call == "make stream" ? new DriverException("cuStreamCreate", 201) : null;
        Assert.Contains("cuStreamCreate", HandOver.Fault(driver, CPU)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_s_address_is_that_of_its_first_value_for_every_type_and_offset()
    {
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Byte })
        {
            using Tensor whole = zeros([10], type), part = whole.narrow(0, 3, 2);
            Assert.Equal(TensorAddress.Of(whole) + (3 * (nint)whole.ElementSize), TensorAddress.Of(part));
        }
    }
}

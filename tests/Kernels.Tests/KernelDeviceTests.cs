namespace ChestXray.Kernels.Tests;

public class KernelDeviceTests
{
    [Fact]
    public void The_CPU_can_be_asked_for_by_name()
    {
        using KernelDevice device = KernelDevice.Open("cpu");
        Assert.Equal("cpu", device.Name);
        Assert.False(device.IsCuda);
        Assert.Contains("by name", device.Reason);
        device.Dispose();
    }

    [Fact]
    public void Auto_takes_a_GPU_or_says_why_not()
    {
        using KernelDevice device = KernelDevice.Open();
        Assert.StartsWith("auto: ", device.Reason);
        Assert.Equal(device.IsCuda ? "cuda:0" : "cpu", device.Name);
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_an_error_when_it_was_named() =>
        Assert.Contains("cuda:4000", Assert.Throws<PlatformNotSupportedException>(() => KernelDevice.Open("cuda:4000")).Message);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void A_name_that_does_not_exist_is_refused(string name) =>
        Assert.Contains("auto, cpu, cuda or cuda:N", Assert.Throws<ArgumentException>(() => KernelDevice.Open(name)).Message);
}

using System.Buffers;

namespace ChestXray.Kernels.Tests;

public unsafe class PinnedMemoryTests
{
    [Fact]
    public void Without_a_GPU_a_buffer_is_ordinary_memory_and_says_so()
    {
        using KernelDevice device = KernelDevice.Open("cpu");
        using PinnedBuffer buffer = new(device, 100);
        Assert.False(buffer.IsPageLocked);
        Assert.Contains("ordinary memory: the device is cpu", buffer.Reason);
        Assert.Equal(0, buffer.Address % 4096);
        Assert.Equal(100, buffer.GetSpan().Length);
        Assert.Equal(100, buffer.Memory.Length);
        Assert.All(buffer.Memory.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Its_address_is_that_of_its_memory()
    {
        using KernelDevice device = KernelDevice.Open("cpu");
        PinnedBuffer buffer = new(device, 64);
        buffer.Memory.Span[5] = 7;
        Assert.Equal(7, ((byte*)buffer.Address)[5]);
        using (MemoryHandle handle = buffer.Memory[5..].Pin())
            Assert.Equal((nint)handle.Pointer, buffer.Address + 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Pin(65));
        ((IDisposable)buffer).Dispose();
        ((IDisposable)buffer).Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Address);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PinnedBuffer(device, 0));
    }

    [Fact]
    public void A_pool_lends_the_same_memory_again()
    {
        using KernelDevice device = KernelDevice.Open("cpu");
        using PinnedPool pool = new(device);
        IMemoryOwner<byte> first = pool.Rent(5000);
        Assert.Equal(8192, first.Memory.Length);
        first.Memory.Span[0] = 99;
        first.Dispose();
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Memory);
        using IMemoryOwner<byte> second = pool.Rent(8192), third = pool.Rent(8192);
        Assert.Equal(99, second.Memory.Span[0]);
        Assert.Equal(0, third.Memory.Span[0]);
        using IMemoryOwner<byte> least = pool.Rent();
        Assert.Equal(4096, least.Memory.Length);
    }

    [Fact]
    public void A_pool_refuses_what_it_cannot_lend()
    {
        using KernelDevice device = KernelDevice.Open("cpu");
        PinnedPool pool = new(device);
        Assert.Contains("-2", Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(-2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(int.MaxValue));
        IMemoryOwner<byte> late = pool.Rent(1);
        pool.Dispose();
        late.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(1));
    }

    [Fact]
    public void A_device_buffer_carries_bytes_there_and_back()
    {
        using KernelDevice device = KernelDevice.Simulator();
        using DeviceBuffer buffer = new(device, 40);
        buffer.CopyFrom<int>([1, 2, 3], offset: 4);
        int[] back = new int[2];
        buffer.CopyTo<int>(back, offset: 8);
        Assert.Equal([2, 3], back);
        Assert.Contains("44 bytes", Assert.Throws<ArgumentException>(() => buffer.CopyFrom<int>(new int[11])).Message);
        Assert.Throws<ArgumentException>(() => buffer.CopyTo<byte>(new byte[1], offset: 40));
        Assert.Throws<ArgumentException>(() => buffer.CopyTo<byte>(new byte[1], offset: -1));
        using DeviceBuffer copy = new(device, 12);
        copy.CopyFrom(buffer, 12);
        copy.CopyTo<int>(back, offset: 4);
        Assert.Equal([1, 2], back);
        Assert.Contains("13 bytes", Assert.Throws<ArgumentException>(() => buffer.CopyFrom(copy, 13)).Message);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Address);
        using KernelDevice cpu = KernelDevice.Open("cpu");
        Assert.Contains("PinnedBuffer", Assert.Throws<ArgumentException>(() => new DeviceBuffer(cpu, 1)).Message);
    }
}

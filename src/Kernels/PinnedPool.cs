using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;

namespace ChestXray.Kernels;

/// <summary>
/// Page-locked memory that is used again: locking takes the driver far longer than a copy. Buffers come in powers of two from 4
/// KiB on, so one of the wanted length or longer is rented, and what it holds is what its last user left.
/// </summary>
/// <remarks>
/// Thread-safe. Disposing a rented buffer returns it; disposing the pool (before its device) frees what lies in it, and what is
/// returned later at once. Without a GPU it lends ordinary native memory: <see cref="PinnedBuffer.Reason"/> says so.
/// </remarks>
public sealed class PinnedPool : MemoryPool<byte>
{
    private const int Smallest = 12, Largest = 30;

    private readonly KernelDevice _device;
    private readonly ConcurrentBag<PinnedBuffer>[] _free = new ConcurrentBag<PinnedBuffer>[Largest + 1];
    private volatile bool _disposed;

    /// <summary>An empty pool.</summary>
    /// <param name="device">The device whose copies the memory is for; must outlive the pool.</param>
    public PinnedPool(KernelDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        for (int i = 0; i < _free.Length; i++)
            _free[i] = [];
    }

    /// <summary>Bytes of the largest buffer: 1 GiB.</summary>
    public override int MaxBufferSize => 1 << Largest;

    /// <summary>Lends a buffer.</summary>
    /// <param name="minBufferSize">Bytes that it has at least; -1 takes 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0 (but -1), or more than <see cref="MaxBufferSize"/>.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (minBufferSize < -1 || minBufferSize > MaxBufferSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(minBufferSize), minBufferSize, $"A buffer of {minBufferSize} bytes was asked for; allowed is 0 to {MaxBufferSize}, or -1.");
        }

        int size = Math.Max(Smallest, 32 - BitOperations.LeadingZeroCount((uint)Math.Max(minBufferSize, 1) - 1));
        return new Loan(this, size, _free[size].TryTake(out PinnedBuffer? buffer)
            ? buffer : new PinnedBuffer(_device, 1 << size));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        foreach (ConcurrentBag<PinnedBuffer> bag in _free)
            Empty(bag);
    }

    private static void Empty(ConcurrentBag<PinnedBuffer> bag)
    {
        while (bag.TryTake(out PinnedBuffer? buffer))
            ((IDisposable)buffer).Dispose();
    }

    private void Return(int size, PinnedBuffer buffer)
    {
        _free[size].Add(buffer);
        if (_disposed)
            Empty(_free[size]);
    }

    private sealed class Loan(PinnedPool pool, int size, PinnedBuffer buffer) : IMemoryOwner<byte>
    {
        private PinnedBuffer? _buffer = buffer;

        public Memory<byte> Memory =>
            (_buffer ?? throw new ObjectDisposedException(nameof(PinnedPool), "This buffer was returned.")).Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _buffer, null) is { } returned)
                pool.Return(size, returned);
        }
    }
}

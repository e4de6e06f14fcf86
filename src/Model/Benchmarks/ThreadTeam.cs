using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>Threads that stay, each with a decoder of its own, and decode all files once at a word.</summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private volatile bool _stop;

    public ThreadTeam(int threads, byte[][] files, int size)
    {
        _barrier = new(threads + 1);
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(files, size)) { IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>One pass of every thread over all files.</summary>
    public void Run()
    {
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
    }

    public void Dispose()
    {
        _stop = true;
        _barrier.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());
        _barrier.Dispose();
    }

    private void Work(byte[][] files, int size)
    {
        using ImageDecoder decoder = new();
        BilinearResize resize = new();
        byte[] record = new byte[size * size];
        while (true)
        {
            _barrier.SignalAndWait();
            if (_stop)
                return;
            DecodeBench.ResizeAll(decoder, resize, files, record);
            _barrier.SignalAndWait();
        }
    }
}

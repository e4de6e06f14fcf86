namespace ChestXray.Model.Benchmarks;

/// <summary>Threads that stay, each with work of its own, and do it once at a word.</summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private volatile bool _stop;

    /// <param name="threads">How many.</param>
    /// <param name="makeWork">Makes a thread's work, on that thread.</param>
    public ThreadTeam(int threads, Func<Action> makeWork)
    {
        _barrier = new(threads + 1);
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(makeWork())) { IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>One pass of every thread.</summary>
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

    private void Work(Action work)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_stop)
                return;
            work();
            _barrier.SignalAndWait();
        }
    }
}

namespace ChestXray.Kernels.Runtime;

/// <summary>Shares the samples of a batch among the calling thread and threads of its own; allocates nothing per batch.</summary>
internal sealed class WorkerCrew : IDisposable
{
    private readonly WarpWorker[] _workers;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _work = new(0), _done = new(0);
    private WarpBatch _batch;
    private int _next;
    private volatile bool _stop;

    public WorkerCrew(WarpWorker[] workers)
    {
        _workers = workers;
        _threads = new Thread[workers.Length - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            WarpWorker worker = workers[i + 1];
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"ChestXray.Kernels {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Returns when the whole batch is written.</summary>
    public void Run(in WarpBatch batch)
    {
        _batch = batch;
        _next = -1;
        int helpers = Math.Min(_threads.Length, batch.Count - 1);
        if (helpers > 0)
            _work.Release(helpers);
        Take(_workers[0]);
        for (int i = 0; i < helpers; i++)
            _done.Wait();
    }

    public void Dispose()
    {
        _stop = true;
        if (_threads.Length > 0)
            _work.Release(_threads.Length);
        foreach (Thread thread in _threads)
            thread.Join();
        _work.Dispose();
        _done.Dispose();
    }

    private void Serve(WarpWorker worker)
    {
        while (true)
        {
            _work.Wait();
            if (_stop)
                return;
            Take(worker);
            _done.Release();
        }
    }

    private void Take(WarpWorker worker)
    {
        for (int i = Interlocked.Increment(ref _next); i < _batch.Count; i = Interlocked.Increment(ref _next))
            worker.Run(_batch, i);
    }
}

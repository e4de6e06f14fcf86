using ChestXray.Model.Feeding;
using ChestXray.Pipeline;
using TorchSharp;

namespace ChestXray.Model.Training;

/// <summary>Batches that the CPU makes, in tensors of the CPU.</summary>
internal sealed class HostSupply(int threads, int batchSize, int size) : IBatchSupply
{
    private readonly BatchRing _ring = new(threads + 1, batchSize, size);

    public IBatchPass Begin(IBatchSource source, int epoch, int first, long step = 0) =>
        new Pass(source, _ring, epoch, first, threads);

    public IStepQueue Steps(BatchWorker worker) => new HostSteps(worker);

    public bool TryShrink(Action<string> note) => false;

    public void Dispose() => _ring.Dispose();

    private sealed class Pass(IBatchSource source, BatchRing ring, int epoch, int first, int threads) : IBatchPass
    {
        private readonly BatchFeed _feed = new(source, ring, epoch, first, threads);
        private int _slot, _count;

        public LoaderReport Report => _feed.Report;

        public ReadOnlySpan<float> Labels => ring.Labels(_slot, _count);

        public bool TryTake(out int first, out int count)
        {
            bool isThere = _feed.TryTake(out _slot, out first, out count);
            _count = count;
            return isThere;
        }

        public torch.Tensor Images() => ring.Images(_slot, _count);

        public void Release() => _feed.Release();

        public void Dispose() => _feed.Dispose();
    }
}

using System.Runtime.ExceptionServices;
using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// One pass on a device. Threads plan (and gather records, where the store is not on the device); the caller's thread alone
/// talks to the driver, one batch ahead of training.
/// </summary>
/// <remarks>
/// A batch's way: [copying] wait until its slot was trained on, copy plan, labels and mask (and records), mark it uploaded;
/// [augmenting] wait for that, launch, mark it ready; [training] wait for that, train, mark it trained. The host waits for
/// nothing but for a place of its own that is still being copied from, when it is a whole ring ahead.
/// </remarks>
internal sealed unsafe class DevicePass : IBatchPass
{
    private readonly DeviceSupply _supply;
    private readonly IStepDriver _driver;
    private readonly IPlannedSource _source;
    private readonly BatchFeed _feed;
    private readonly int _epoch, _first, _hostSlots;
    private readonly long _step;
    private readonly int[][] _records;
    private readonly Matrix2x3[][] _matrices;
    private readonly float[][] _labels;
    private readonly int[] _inBatch;
    private readonly Queue<int> _uploading = new();
    private int _enqueued, _taken, _count, _nextFirst, _nextCount;
    private bool _isOver;
    private ExceptionDispatchInfo? _error;

    public DevicePass(DeviceSupply supply, IPlannedSource source, int epoch, int first, long step, int threads)
    {
        (_supply, _driver, _source) = (supply, supply.Driver, source);
        (_epoch, _first, _step) = (epoch, first, step);
        _hostSlots = DeviceSupply.HostSlots(threads);
        int batch = supply.Ring.Shape.BatchSize;
        _records = [.. Enumerable.Range(0, _hostSlots).Select(_ => new int[batch])];
        _matrices = [.. Enumerable.Range(0, _hostSlots).Select(_ => new Matrix2x3[batch])];
        _labels = [.. Enumerable.Range(0, supply.Ring.Slots).Select(_ => new float[batch * Findings.Count])];
        _inBatch = [.. Enumerable.Range(0, batch)];
        _feed = new(Fill, source.Count, _hostSlots, batch, first, threads);
    }

    public LoaderReport Report => _feed.Report;

    public ReadOnlySpan<float> Labels => _labels[Slot].AsSpan(0, _count * Findings.Count);

    /// <summary>The device slot of the batch that was taken.</summary>
    public int Slot => (_taken - 1) % _supply.Ring.Slots;

    public bool TryTake(out int first, out int count)
    {
        _error?.Throw();
        if (_enqueued == _taken)
            Enqueue();
        (first, count) = (_nextFirst, _nextCount);
        if (_enqueued == _taken)
            return false;
        _count = count;
        _taken++;
        _driver.HoldBack(_supply.Ready[Slot], _driver.TrainingStream);
        return true;
    }

    public Tensor Images() => _supply.Ring.Images(Slot, _count);

    /// <summary>The dropout mask of the batch that was taken, N x features; the caller's to dispose.</summary>
    public Tensor Mask() => _supply.Ring.Mask(Slot, _count);

    public void Release()
    {
        _driver.Record(_supply.Trained[Slot], _driver.TrainingStream);
        try
        {
            Enqueue();
        }
        catch (Exception error) when (error is not DriverException)
        {
            // It is the next batch's: who takes that hears of it.
            _error = ExceptionDispatchInfo.Capture(error);
        }
    }

    public void Dispose()
    {
        _feed.Dispose();
        while (_uploading.TryDequeue(out int slot))
            WaitFor(_supply.Uploaded[slot]);
    }

    /// <summary>Gives the driver all that makes the next batch, where there is one.</summary>
    private void Enqueue()
    {
        MakeRoom();
        if (_isOver || !_feed.TryTake(out int host, out _nextFirst, out _nextCount))
        {
            _isOver = true;
            return;
        }

        int slot = _enqueued % _supply.Ring.Slots;
        (TierMemory memory, DeviceRing ring) = (_supply.Memory, _supply.Ring);
        nint side = memory.HostSides[host];
        new ReadOnlySpan<float>((void*)(side + ring.Shape.LabelsAt), _nextCount * Findings.Count).CopyTo(_labels[slot]);
        _driver.HoldBack(_supply.Trained[slot], _supply.Copying);
        _driver.HoldBack(_supply.Ready[slot], _supply.Copying);
        _driver.Copy(ring.SideAddress(slot), side, ring.Shape.SideBytes, _supply.Copying);
        if (!memory.IsResident)
        {
            _driver.Copy(
                memory.DeviceRecords(slot), memory.HostRecords(host), (long)_nextCount * memory.Store.Layout.RecordBytes,
                _supply.Copying);
        }

        _driver.Record(_supply.Uploaded[host], _supply.Copying);
        _uploading.Enqueue(host);
        _driver.HoldBack(_supply.Uploaded[host], _supply.Augmenting);
        AugmentCall call = new(
            memory.DeviceRecords(slot), memory.RecordsFor(_nextCount), ring.SideAddress(slot), _nextCount, true,
            ring.PixelAddress(slot), ring.Shape.Values);
        _driver.Augment(_supply.Kernel, call, _supply.Augmenting);
        _driver.Record(_supply.Ready[slot], _supply.Augmenting);
        _enqueued++;
    }

    /// <summary>Gives host slots back whose bytes are on the device; waits only where no other is left.</summary>
    private void MakeRoom()
    {
        while (_uploading.TryPeek(out int oldest))
        {
            if (!_driver.IsDone(_supply.Uploaded[oldest]))
            {
                if (_uploading.Count < _hostSlots)
                    return;
                _driver.Wait(_supply.Uploaded[oldest]);
            }

            _uploading.Dequeue();
            _feed.Release();
        }
    }

    private void WaitFor(int mark)
    {
        if (!_driver.IsDone(mark))
            _driver.Wait(mark);
    }

    /// <summary>On the feed's threads: plan, labels, mask, and the records where they are gathered.</summary>
    private void Fill(int host, int first, int count)
    {
        (TierMemory memory, RingShape shape) = (_supply.Memory, _supply.Ring.Shape);
        Span<int> records = _records[host].AsSpan(0, count);
        Span<Matrix2x3> matrices = _matrices[host].AsSpan(0, count);
        nint side = memory.HostSides[host];
        _source.Plan(_epoch, first, count, records, matrices, new((void*)(side + shape.LabelsAt), count * Findings.Count));
        ReadOnlySpan<int> numbers = memory.IsResident ? records : _inBatch.AsSpan(0, count);
        _supply.Planner.Write(
            memory.RecordsFor(count), numbers, matrices, [], new((void*)side, count * AugmentPlan.SampleBytes));
        if (shape.MaskFeatures > 0)
        {
            long step = _step + ((first - _first) / shape.BatchSize);
            _supply.Dropout.Fill(step, new((void*)(side + shape.MaskAt), count * shape.MaskFeatures));
        }

        if (memory.IsResident)
            return;
        int bytes = memory.Store.Layout.RecordBytes;
        for (int i = 0; i < count; i++)
            memory.Store.Read(records[i]).CopyTo(new((void*)(memory.HostRecords(host) + ((nint)i * bytes)), bytes));
    }
}

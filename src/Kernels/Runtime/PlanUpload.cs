namespace ChestXray.Kernels.Runtime;

/// <summary>
/// Brings plans to the device through page-locked memory of its own: a copy on the caller's stream, and no waiting but for a
/// launch that is so many laps old.
/// </summary>
internal sealed class PlanUpload : IDisposable
{
    private readonly int _lapBytes;
    private readonly PinnedBuffer _host;
    private readonly DeviceBuffer _memory;
    private readonly DeviceEvent[] _used;
    private int _lap;

    public PlanUpload(KernelDevice device, int laps, int largestBatch)
    {
        int bytes = checked(largestBatch * AugmentPlan.SampleBytes);
        _lapBytes = (bytes + AugmentPlan.Alignment - 1) / AugmentPlan.Alignment * AugmentPlan.Alignment;
        _host = new PinnedBuffer(device, checked(laps * _lapBytes));
        _memory = new DeviceBuffer(device, laps * (long)_lapBytes);
        _used = new DeviceEvent[laps];
        for (int i = 0; i < laps; i++)
            _used[i] = new DeviceEvent(device);
    }

    /// <summary>Writes a plan and starts its copy; <see cref="Used"/> follows when the launch is started that reads it.</summary>
    /// <returns>Its address on the device.</returns>
    public nint Write(
        AugmentPlan planner, long count, ReadOnlySpan<int> numbers, ReadOnlySpan<Matrix2x3> matrices, ReadOnlySpan<Tone> tones,
        nint stream, out bool isPlain)
    {
        int offset = _lap * _lapBytes;
        DeviceEvent used = _used[_lap];
        if (!used.IsDone())
            used.Wait();
        Span<byte> plan = _host.GetSpan().Slice(offset, numbers.Length * AugmentPlan.SampleBytes);
        isPlain = planner.Write(count, numbers, matrices, tones, plan);
        _memory.CopyFrom<byte>(plan, offset, stream);
        return _memory.Address + offset;
    }

    /// <summary>The launch is on the stream: its lap is free when that is done.</summary>
    public void Used(nint stream)
    {
        _used[_lap].Record(stream);
        _lap = (_lap + 1) % _used.Length;
    }

    public void Dispose()
    {
        foreach (DeviceEvent used in _used)
            used.Dispose();
        _memory.Dispose();
        ((IDisposable)_host).Dispose();
    }
}

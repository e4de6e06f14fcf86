using ChestXray.Kernels;
using ChestXray.Model.Gpu;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>
/// The driver's calls on the kernels' simulator, written down, with streams that have names, guard bytes around each buffer, and
/// faults where a test wants them.
/// </summary>
internal sealed unsafe class RecordingDriver : IStepDriver
{
    private const int Guard = 256;
    private const byte GuardByte = 0xA5;
    private readonly KernelStepDriver _inner = new(KernelDevice.Simulator(), 0);
    private readonly Dictionary<nint, long> _buffers = [];
    private readonly List<nint> _streams = [1000];
    private int _marks;

    /// <summary>One line for each call.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Answers a call's line with the error that it ends in, or null.</summary>
    public Func<string, Exception?> Fault { get; set; } = _ => null;

    /// <summary>Whether a call is left out, as on a device that does nothing.</summary>
    public Func<string, bool> Skips { get; set; } = _ => false;

    /// <summary>Hears of each loss when it is there.</summary>
    public Action<LossCall> AfterLoss { get; set; } = _ => { };

    /// <summary>Whether work is done when it is asked for.</summary>
    public bool IsFast { get; set; } = true;

    public nint ForeignContext { get; set; }

    public long FreeBytes { get; set; } = 1L << 40;

    public bool IsDisposed { get; private set; }

    public nint Context => 0;

    public nint TrainingStream => _streams[0];

    public nint ContextOf(nint address) => ForeignContext;

    public DeviceFacts Examine() => new("simulator", 12_080, 90, FreeBytes, 1L << 40);

    public nint MakeStream()
    {
        Note("make stream");
        _streams.Add(1000 + _streams.Count);
        _ = _inner.MakeStream();
        return _streams[^1];
    }

    public int MakeMark()
    {
        Note("make mark");
        _marks++;
        return _inner.MakeMark();
    }

    public nint AllocateDevice(long bytes)
    {
        Note($"allocate {bytes} device bytes");
        return Guarded(_inner.AllocateDevice(bytes + (2 * Guard)), bytes);
    }

    public nint AllocateHost(int bytes, bool isPageLocked)
    {
        Note($"allocate {bytes} {(isPageLocked ? "page-locked" : "ordinary")} bytes");
        return Guarded(_inner.AllocateHost(bytes + (2 * Guard), isPageLocked), bytes);
    }

    public void Free(nint address)
    {
        Note("free");
        RequireGuards(address, _buffers[address]);
        _buffers.Remove(address);
        _inner.Free(address - Guard);
    }

    public int LoadAugmentation(AugmenterOptions options, PixelType records, ScalarType samples, int largestBatch)
    {
        Note("load augmentation");
        return _inner.LoadAugmentation(options, records, samples, largestBatch);
    }

    public int LoadLoss(WeightedBceOptions options)
    {
        Note("load loss");
        return _inner.LoadLoss(options);
    }

    public int LoadAdam()
    {
        Note("load Adam");
        return _inner.LoadAdam();
    }

    public void Copy(nint to, nint from, long bytes, nint stream) =>
        Do($"copy {bytes} on {Name(stream)}", () => _inner.Copy(to, from, bytes, 0));

    public void Augment(int kernel, in AugmentCall call, nint stream)
    {
        AugmentCall copy = call;
        Do($"augment {call.Samples} on {Name(stream)}", () => _inner.Augment(kernel, copy, 0));
    }

    public void Loss(int kernel, in LossCall call, nint stream)
    {
        LossCall copy = call;
        Do($"loss of {call.Rows} on {Name(stream)}", () => _inner.Loss(kernel, copy, 0));
        AfterLoss(call);
    }

    public void Step(int kernel, in AdamCall call, nint stream)
    {
        AdamCall copy = call;
        Do($"step of {call.Count} on {Name(stream)}", () => _inner.Step(kernel, copy, 0));
    }

    public void Record(int mark, nint stream) => Do($"record {mark} on {Name(stream)}", () => { });

    public void HoldBack(int mark, nint stream) => Do($"hold {Name(stream)} for {mark}", () => { });

    public bool IsDone(int mark) => IsFast;

    public void Wait(int mark) => Do($"wait for {mark}", () => { });

    public void Synchronize(nint stream) => Do($"synchronise {Name(stream)}", () => { });

    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        foreach ((nint address, long bytes) in _buffers)
            RequireGuards(address, bytes);
        _inner.Dispose();
    }

    private string Name(nint stream) => _streams.IndexOf(stream) switch
    {
        0 => "training",
        var index and > 0 => $"stream {index}",
        _ => throw new ArgumentException($"Stream {stream} does not exist."),
    };

    private void Note(string line)
    {
        Calls.Add(line);
        if (Fault(line) is { } error)
            throw error;
    }

    private void Do(string line, Action work)
    {
        Note(line);
        if (!Skips(line))
            work();
    }

    private nint Guarded(nint start, long bytes)
    {
        new Span<byte>((void*)start, Guard).Fill(GuardByte);
        new Span<byte>((void*)(start + Guard + (nint)bytes), Guard).Fill(GuardByte);
        _buffers.Add(start + Guard, bytes);
        return start + Guard;
    }

    private static void RequireGuards(nint address, long bytes)
    {
        Assert.Equal(-1, new Span<byte>((void*)(address - Guard), Guard).IndexOfAnyExcept(GuardByte));
        Assert.Equal(-1, new Span<byte>((void*)(address + (nint)bytes), Guard).IndexOfAnyExcept(GuardByte));
    }
}

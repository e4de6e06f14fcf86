using System.Diagnostics;
using System.IO.Hashing;
using ChestXray.Pipeline.Decoding;
using ChestXray.Pipeline.Stages;

namespace ChestXray.Pipeline.Caching;

/// <summary>The way of files to the bytes of records, from queue to queue. One for each thread.</summary>
internal sealed unsafe class RecordDecoder : ImagePairs<Parcel>
{
    private readonly StoreLayout _layout;
    private readonly ParcelQueue _source;
    private readonly ParcelQueue _target;
    private readonly BilinearResize[] _resizes;
    private long _ownTicks;
    private long _begun;
    private long _resizedBefore;

    /// <param name="layout">Of the store.</param>
    /// <param name="options">How files are decoded.</param>
    /// <param name="source">Where parcels come from, some of them in error.</param>
    /// <param name="target">Where all of them go.</param>
    public RecordDecoder(StoreLayout layout, DecoderOptions options, ParcelQueue source, ParcelQueue target)
        : base(options with { Draft = layout.DraftSize })
    {
        (_layout, _source, _target) = (layout, source, target);
        _resizes = [new(antialias: layout.Antialias), new(antialias: layout.Antialias)];
    }

    public StageMeter Decoding { get; } = new("decode");

    public StageMeter Inflating { get; } = new("inflate");

    public StageMeter Resizing { get; } = new("resize");

    protected override bool TryTake(bool wait, out Parcel job)
    {
        while ((wait ? _source.Take(Decoding) : _source.TryTake()) is { } parcel)
        {
            job = parcel;
            if (parcel.Error is null)
                return true;
            _target.Add(parcel);
        }

        job = null!;
        return false;
    }

    protected override bool TryBegin(ImageDecoder decoder, int slot, Parcel job)
    {
        StartMeter();
        ReadOnlySpan<byte> file = job.File.Held(job.FileBytes);
        job.FileHash = XxHash3.HashToUInt64(file);

        // The record's array does not move.
        fixed (byte* record = job.Record)
        {
            bool begun = decoder.TryBeginRecord(file, _resizes[slot], _layout, record);
            StopMeter();
            return begun;
        }
    }

    protected override void Decode(ImageDecoder decoder, int slot, Parcel job)
    {
        StartMeter();
        ReadOnlySpan<byte> file = job.File.Held(job.FileBytes);
        job.Statistics = decoder.DecodeRecord(file, _resizes[slot], _layout, job.Record);
        Pass(decoder, job);
    }

    protected override void Finish(ImageDecoder decoder, int slot, Parcel job)
    {
        StartMeter();
        job.Statistics = decoder.FinishResized();
        Pass(decoder, job);
    }

    protected override void Fail(Parcel job, ImageFormatException error)
    {
        StopMeter();
        Decoding.Images++;
        job.Error = error;
        _target.Add(job);
    }

    private void Pass(ImageDecoder decoder, Parcel job)
    {
        StopMeter();
        Decoding.Images++;
        Decoding.Bytes += decoder.Pixels;
        Resizing.Images++;
        Resizing.Bytes += job.Record.Length;
        Resizing.Busy = ResizeTicks;
        Inflating.Busy = InflateTicks;
        (Inflating.Images, Inflating.Bytes) = (Decoding.Images, Decoding.Bytes);
        _target.Add(job);
    }

    private void StartMeter() => (_begun, _resizedBefore) = (Stopwatch.GetTimestamp(), ResizeTicks);

    private void StopMeter()
    {
        _ownTicks += Stopwatch.GetTimestamp() - _begun - (ResizeTicks - _resizedBefore);
        Decoding.Busy = _ownTicks + TogetherTicks;
    }
}

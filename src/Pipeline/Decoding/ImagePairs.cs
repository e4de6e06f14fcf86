using System.Diagnostics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// Decodes one image after the other on one thread, two of them under way at a time, so that they are inflated side by side where
/// they can be.
/// </summary>
/// <typeparam name="TJob">What stands for an image.</typeparam>
internal abstract class ImagePairs<TJob>(DecoderOptions options) : IDisposable
{
    private readonly ImageDecoder[] _decoders = [new(options), new(options)];
    private readonly TJob?[] _jobs = new TJob?[2];
    private readonly bool[] _isBusy = new bool[2];

    /// <summary>Time spent inflating so far, in ticks of the stopwatch.</summary>
    protected long InflateTicks => TogetherTicks + _decoders[0].InflateTicks + _decoders[1].InflateTicks;

    /// <summary>The part of it that two images share.</summary>
    protected long TogetherTicks { get; private set; }

    /// <summary>Time spent resizing so far.</summary>
    protected long ResizeTicks => _decoders[0].ResizeTicks + _decoders[1].ResizeTicks;

    public void Dispose()
    {
        foreach (ImageDecoder decoder in _decoders)
            decoder.Dispose();
    }

    /// <summary>Decodes until nothing more comes. What an earlier call left behind when it failed is forgotten.</summary>
    public void Run()
    {
        Array.Clear(_isBusy);
        while (true)
        {
            for (int slot = 0; slot < 2; slot++)
                _isBusy[slot] = _isBusy[slot] || Fill(slot, wait: !_isBusy[1 - slot]);
            if (!_isBusy[0] && !_isBusy[1])
                return;
            if (_isBusy[0] && _isBusy[1])
            {
                long start = Stopwatch.GetTimestamp();
                ImageDecoder.RunTogether(_decoders[0], _decoders[1]);
                TogetherTicks += Stopwatch.GetTimestamp() - start;
            }

            End(_isBusy[0] && (!_isBusy[1] || _decoders[0].HasEnded) ? 0 : 1);
        }
    }

    /// <summary>The next image.</summary>
    /// <param name="wait">Whether to wait for one.</param>
    /// <param name="job">It.</param>
    /// <returns>False where there is none: none now, or none at all after waiting.</returns>
    protected abstract bool TryTake(bool wait, out TJob job);

    /// <summary>Begins an image.</summary>
    /// <returns>False where it has to be decoded alone.</returns>
    protected abstract bool TryBegin(ImageDecoder decoder, int slot, TJob job);

    /// <summary>Decodes an image alone, and passes it on.</summary>
    protected abstract void Decode(ImageDecoder decoder, int slot, TJob job);

    /// <summary>Ends a begun image, and passes it on.</summary>
    protected abstract void Finish(ImageDecoder decoder, int slot, TJob job);

    /// <summary>Passes on an image that is broken.</summary>
    protected abstract void Fail(TJob job, ImageFormatException error);

    private bool Fill(int slot, bool wait)
    {
        while (TryTake(wait, out TJob job))
        {
            try
            {
                if (TryBegin(_decoders[slot], slot, job))
                {
                    _jobs[slot] = job;
                    return true;
                }

                Decode(_decoders[slot], slot, job);
            }
            catch (ImageFormatException error)
            {
                Fail(job, error);
            }
        }

        return false;
    }

    private void End(int slot)
    {
        _isBusy[slot] = false;
        TJob job = _jobs[slot]!;
        try
        {
            Finish(_decoders[slot], slot, job);
        }
        catch (ImageFormatException error)
        {
            Fail(job, error);
        }
    }
}

namespace ChestXray.Pipeline.Decoding;

/// <summary>Images by their numbers, one after the other.</summary>
internal abstract class ImageRange(DecoderOptions options) : ImagePairs<int>(options)
{
    private int _next, _end;

    /// <summary>Decodes the images from one number to the one before another.</summary>
    protected void Run(int first, int end)
    {
        (_next, _end) = (first, end);
        Run();
    }

    protected override bool TryTake(bool wait, out int job)
    {
        job = _next;
        return _next < _end && _next++ >= 0;
    }
}

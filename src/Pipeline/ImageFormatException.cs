namespace ChestXray.Pipeline;

/// <summary>A file that can't be decoded to grey pixels: broken, hostile, over a limit, or of a kind that is refused.</summary>
public sealed class ImageFormatException : IOException
{
    /// <summary>Creates the error.</summary>
    /// <param name="reason">One of <see cref="DecodeReasons"/>.</param>
    /// <param name="message">The value found, what is allowed, and what to do.</param>
    /// <param name="inner">What a lower layer said, if one did.</param>
    public ImageFormatException(string reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The machine-readable reason, one of <see cref="DecodeReasons"/>.</summary>
    public string Reason { get; }
}

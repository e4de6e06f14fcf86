namespace ChestXray.Model;

/// <summary>A job cannot go on. The message names the value found, what is allowed and what to do.</summary>
public sealed class JobException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">A whole sentence for the person at the command line.</param>
    /// <param name="inner">What a lower layer said, where it said something.</param>
    public JobException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

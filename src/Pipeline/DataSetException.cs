namespace ChestXray.Pipeline;

/// <summary>
/// The data cannot be used as they are. The message names the file, the value found, what is allowed and what to do.
/// </summary>
public sealed class DataSetException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">A whole sentence for the person at the command line.</param>
    /// <param name="inner">What the system said, where it said something.</param>
    public DataSetException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The kind of a fault of one row, which an inspection names and passes over; null for all else.</summary>
    internal string? Kind { get; init; }
}

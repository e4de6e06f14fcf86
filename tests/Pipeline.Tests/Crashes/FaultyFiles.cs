namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>
/// Fails at operation N, once or from there on: a full disk lets half of a write through, a broken one nothing.
/// </summary>
internal sealed class FaultyFiles(int failAt, bool isFull, bool staysBroken) : WrappedFiles
{
    private int _operations;

    public int Operations => _operations;

    public string? Failed { get; private set; }

    protected override IOException WriteError => new(isFull ? "No space left on device" : "Input/output error");

    protected override int Before(string operation, string path, int bytes)
    {
        int number = Interlocked.Increment(ref _operations) - 1;
        if (number != failAt && !(staysBroken && number > failAt))
            return -1;
        Failed ??= $"{operation} {Path.GetFileName(path)}";
        if (operation == "write")
            return isFull ? bytes / 2 : 0;
        throw WriteError;
    }
}

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>
/// A folder that can be read and not written; real permissions do not bind the root user that tests may run as.
/// </summary>
internal sealed class ReadOnlyFiles : WrappedFiles
{
    protected override int Before(string operation, string path, int bytes) =>
        operation == "read" ? -1 : throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.");
}

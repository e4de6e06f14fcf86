namespace ChestXray.App;

/// <summary>Options that contradict each other or hold an impossible value: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

namespace ChestXray.Model.Tests.Jobs;

/// <summary>Keeps what a job says.</summary>
internal sealed class Listener : IJobObserver
{
    private readonly List<string> _lines = [];

    public string Text => string.Join('\n', _lines);

    public void Say(string line) => _lines.Add(line);

    public void Warn(string line) => _lines.Add("Note: " + line);

    public IJobStage Begin(string title, int total, string unit)
    {
        _lines.Add($"stage: {title}");
        return new Stage();
    }

    private sealed class Stage : IJobStage
    {
        public void Report(int done, string? note = null)
        {
        }

        public void Dispose()
        {
        }
    }
}

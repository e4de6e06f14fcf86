using ChestXray.Model;

namespace ChestXray.App;

/// <summary>A stage where no terminal is: a line when it ends, and one now and then before.</summary>
internal sealed class PlainStage(TextWriter writer, string title, int total, string unit) : IJobStage
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(15);
    private readonly StageClock _clock = new(total, unit);
    private TimeSpan _last = TimeSpan.Zero;
    private int _done;
    private string? _note;

    public void Report(int done, string? note = null)
    {
        (_done, _note) = (done, note ?? _note);
        if (_clock.Elapsed - _last < _pause)
            return;
        _last = _clock.Elapsed;
        Write();
    }

    public void Dispose() => Write();

    private void Write() => writer.WriteLine($"{title}: {_clock.Describe(_done)}{(_note is null ? "" : ", " + _note)}");
}

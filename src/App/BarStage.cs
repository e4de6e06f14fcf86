using ChestXray.Model;
using Spectre.Console;

namespace ChestXray.App;

/// <summary>A stage on a terminal: one line with a bar, the rate and the time left.</summary>
internal sealed class BarStage : IJobStage
{
    private readonly TaskCompletionSource _ended = new();
    private readonly Task _display;
    private readonly StageClock _clock;
    private readonly string _title;
    private ProgressTask? _task;

    public BarStage(IAnsiConsole console, string title, int total, string unit)
    {
        _title = title;
        _clock = new(total, unit);
        TaskCompletionSource ready = new();
        Progress progress = console.Progress().AutoClear(false).Columns(
            new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
        _display = Task.Run(() => progress.StartAsync(async context =>
        {
            _task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total));
            ready.SetResult();
            await _ended.Task;
        }));
        Task.WaitAny(ready.Task, _display);
    }

    public void Report(int done, string? note = null)
    {
        if (_task is null)
            return;
        _task.Description = Markup.Escape($"{_title}: {_clock.Describe(done)}{(note is null ? "" : ", " + note)}");
        _task.Value = done;
    }

    public void Dispose()
    {
        _ended.TrySetResult();
        _display.GetAwaiter().GetResult();
    }
}

using ChestXray.Model;
using Spectre.Console;

namespace ChestXray.App;

/// <summary>
/// Shows a job: bars on a terminal, a plain line now and then elsewhere. With --json all of it goes to the error stream.
/// </summary>
internal sealed class Terminal : IJobObserver
{
    private readonly TextWriter _writer;
    private readonly IAnsiConsole? _console;

    public Terminal(TextWriter output, TextWriter error, bool json)
    {
        _writer = json ? error : output;
        bool redirected = json ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        bool own = _writer == Console.Out || _writer == Console.Error;
        if (own && !redirected)
            _console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(_writer) });
    }

    public void Say(string line) => Write(line);

    public void Warn(string line) => Write("Note: " + line);

    public IJobStage Begin(string title, int total, string unit) =>
        _console is null ? new PlainStage(_writer, title, total, unit) : new BarStage(_console, title, total, unit);

    private void Write(string line)
    {
        if (_console is null)
            _writer.WriteLine(line);
        else
            _console.WriteLine(line);
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using ChestXray.Model;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>The command line: verbs to calls. Exit code 0 done, 1 failed, 2 wrong usage, 130 interrupted.</summary>
internal static class Program
{
    internal const int Done = 0;
    internal const int Failed = 1;
    private const int WrongUsage = 2;
    internal const int Interrupted = 130;

    public static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);

    /// <summary>Runs one command line; tests give their own writers.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt =
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop, error));
        using PosixSignalRegistration terminate =
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop, error));
        RootCommand root = MakeRoot(output, error, stop.Token);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (string message in parsed.Errors.Select(found => found.Message))
                error.WriteLine(message);
            error.WriteLine($"`chestxray {parsed.CommandResult.Command.Name} --help` lists what is understood.");
            return WrongUsage;
        }

        try
        {
            return parsed.Invoke(new() { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Interrupted. What was finished is kept.");
            return Interrupted;
        }
        catch (UsageException wrong)
        {
            error.WriteLine(wrong.Message);
            return WrongUsage;
        }
        catch (Exception failure) when (failure is DataSetException or IOException or UnauthorizedAccessException or JobException
            or ArgumentException or InvalidDataException or NonFiniteLossException or FormatException or OverflowException or OutOfMemoryException
            or ExternalException or TypeInitializationException or DllNotFoundException)
        {
            error.WriteLine($"Error: {failure.Message}");
            return Failed;
        }
    }

    private static RootCommand MakeRoot(TextWriter output, TextWriter error, CancellationToken stop)
    {
        RootCommand root = new(
            "ChestXray trains and measures a network that finds 14 diseases on chest radiographs (NIH ChestX-ray14).\n" +
            "Research software: not for medical use.")
        {
            TrainVerb.Make(output, error, stop),
            PrepareVerb.Make(output, error, stop),
            InspectVerb.Make(output, error, stop),
            SplitVerb.Make(output),
            ScoreVerb.Make(output),
            PredictVerb.Make(output, error, stop),
            ExportVerb.Make(error),
            EvaluateVerb.Make(output, error),
            CompareVerb.Make(output, error),
            SampleVerb.Make(output, error, stop),
            VerifyVerb.Make(output, error, stop),
            BenchVerb.Make(output, error, stop),
            DoctorVerb.Make(output),
        };
        return root;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop, TextWriter error)
    {
        if (stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        error.WriteLine();
        error.WriteLine("Stopping after the current step; once more to end at once.");
        stop.Cancel();
    }
}

using System.Diagnostics;
using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;

namespace ChestXray.Model.Training;

/// <summary>The epochs of one run. Owns the network, the optimiser and the batches' memory.</summary>
internal sealed partial class TrainingRun : IDisposable
{
    /// <summary>Steps from one release of freed memory to the next.</summary>
    private const int StepsPerRelease = 16;

    private readonly IBatchSource _train;
    private readonly IBatchSource _validation;
    private readonly TrainingOptions _options;
    private readonly string _folder;
    private readonly ITrainingProgress? _progress;
    private readonly LearningRateSchedule _schedule;
    private readonly Network _network;
    private readonly BatchWorker _worker;
    private readonly IBatchSupply _supply;
    private readonly IStepQueue _steps;
    private readonly RunState _state;
    private readonly SetMeter _validationMeter = new();
    private readonly SortedDictionary<string, string> _configuration;
    private readonly RunLog _log;
    private readonly EventLog _events;
    private LoaderReport? _loader;
    private long _saved = Stopwatch.GetTimestamp();

    /// <param name="train">Training samples.</param>
    /// <param name="validation">Validation samples.</param>
    /// <param name="options">The recipe.</param>
    /// <param name="folder">The run's.</param>
    /// <param name="progress">Hears of every step; may be null.</param>
    /// <param name="supply">Where the network's batches come from; null chooses by its device.</param>
    public TrainingRun(
        IBatchSource train, IBatchSource validation, TrainingOptions options, string folder, ITrainingProgress? progress,
        Func<Network, IBatchSupply>? supply = null)
    {
        (_train, _validation, _options, _folder, _progress) = (train, validation, options, folder, progress);
        _schedule = new(options.LearningRate, options.Decay);
        _network = InitialValues.Make(options);
        _worker = new BatchWorker(
            _network, new BinaryCrossEntropy(options.Loss, options.Weights, options.LabelSmoothing, options.FocalExponent),
            options.BatchSize, options.Seed, options.Bfloat16);
        _supply = supply?.Invoke(_network) ?? GpuBatches.Supply(_network, train, validation, options, Note);
        _steps = _supply.Steps(_worker);
        _state = new RunState(options.Patience);
        _configuration = CheckpointText.Describe(
            options, train, validation, _network.IsOurs && !options.Bfloat16 ? ConvolutionPath.Fourier : ConvolutionPath.Library);
        _log = new RunLog(Path.Combine(folder, Trainer.LogFile), options.Resume);
        _events = new EventLog(Path.Combine(folder, Trainer.EventFolder));
    }

    public TrainingResult Go(CancellationToken cancellation)
    {
        if (_options.Resume && Checkpoint.TryLoad(_folder, _network, _worker.Optimiser, _state, _configuration, Note))
            Note($"Going on after {_state.Epoch} epochs and {_state.Position} samples.");
        try
        {
            return GoOn(cancellation);
        }
        catch (Exception error) when (GpuFault.Name(error) is { } fault)
        {
            throw new JobException($"{fault} The last checkpoint is good: --resume goes on from it.", error);
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        _steps.Dispose();
        _supply.Dispose();
        _worker.Dispose();
        _network.Dispose();
    }

    private TrainingResult GoOn(CancellationToken cancellation)
    {
        bool isCancelled = false;
        while (!isCancelled && !_state.StoppedEarly && _state.Epoch < _options.Epochs)
        {
            isCancelled = !TrainEpoch(cancellation) || !FinishEpoch(cancellation);
            Save();
        }

        return Finish(isCancelled);
    }

    /// <summary>The training part of the epoch, from where the state stands. False: cancelled.</summary>
    private bool TrainEpoch(CancellationToken cancellation) => WithLessMemory(() => TrainRest(cancellation));

    /// <summary>Does it, and again with less of the device's memory for the store where that runs out.</summary>
    private bool WithLessMemory(Func<bool> work)
    {
        while (true)
        {
            try
            {
                return work();
            }
            catch (Exception error) when (GpuFault.IsOutOfMemory(error))
            {
                // The batch that failed changed no weight: it is taken again, made anew. Not in the filter: filters run before
                // the pass is disposed.
                if (!_supply.TryShrink(Note))
                    throw;
            }
        }
    }

    private bool TrainRest(CancellationToken cancellation)
    {
        double rate = _schedule.At(_state.Epoch), earlier = _state.TrainSeconds;
        int start = _state.Position;
        long begun = Stopwatch.GetTimestamp();
        using IBatchPass pass = _supply.Begin(_train, _state.Epoch, start, _worker.Optimiser.Steps);
        try
        {
            while (pass.TryTake(out int first, out int count))
            {
                _steps.Train(pass, first, count, rate);
                Take(waits: false);
                pass.Release();
                if (_worker.Optimiser.Steps % StepsPerRelease == 0)
                    TorchRuntime.ReleaseFreedMemory();
                bool isDue = Stopwatch.GetElapsedTime(_saved) >= _options.CheckpointEvery;
                bool isCancelled = cancellation.IsCancellationRequested;
                if (isDue || isCancelled)
                    Take(waits: true);
                if (isDue)
                    Save();
                if (isCancelled)
                    return false;
            }
        }
        catch (Exception error) when (GpuFault.IsOutOfMemory(error))
        {
            // The batches before the one that failed have been learned.
            Take(waits: true);
            throw;
        }

        Take(waits: true);
        _loader = pass.Report;
        return true;

        void Take(bool waits)
        {
            while (_steps.TryTake(waits, out StepOutcome step))
            {
                if (!double.IsFinite(step.Loss) || !double.IsFinite(step.GradientNorm))
                    throw new NonFiniteLossException(_state.Epoch, step.First, step.Count, step.Loss, step.GradientNorm);
                _state.Meter.Add(step.Loss, step.Probabilities, step.Labels);
                _state.Position += step.Count;
                double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                _state.TrainSeconds = earlier + seconds;
                StepReport report = new(
                    _state.Epoch, _options.Epochs, false, _state.Position, _train.Count, step.Loss, _state.Meter.Loss, rate,
                    step.GradientNorm, step.WeightNorm, (_state.Position - start) / seconds);
                _log.Add(step.Step, report);
                _events.Add(step.Step, report);
                _progress?.OnStep(report);
            }
        }
    }

    /// <summary>Validation, and what follows from it. False: cancelled before its end, and nothing was taken from it.</summary>
    private bool FinishEpoch(CancellationToken cancellation)
    {
        if (!WithLessMemory(() => Validate(cancellation)))
            return false;
        SetMetrics validation = _validationMeter.Read();
        double rate = _train.Count / Math.Max(_state.TrainSeconds, 1e-9);
        EpochMetrics epoch = new(
            _state.Epoch, _schedule.At(_state.Epoch), _state.Meter.Read(), validation, _state.TrainSeconds, rate);
        _state.History.Add(epoch);
        bool isDue = _state.CheckpointRule.IsDue(validation.Loss);
        (bool keepWeights, bool stop) = _state.EarlyStopping.Observe(_state.Epoch, validation.Loss);
        if (keepWeights)
            _state.Best = _network.Export();
        if (isDue)
            SafetensorsFile.Write(Path.Combine(_folder, Trainer.BestFile), _state.Best!, WeightTexts(_state.Epoch));
        _state.Meter.Reset();
        _state.Epoch++;
        (_state.Position, _state.TrainSeconds, _state.StoppedEarly) = (0, 0, stop);
        _log.Add(epoch);
        _events.Add(epoch);
        _progress?.OnEpoch(epoch);
        if (_loader is not null)
            Note(_loader.ToString());
        return true;
    }

    private void Save()
    {
        Checkpoint.Save(_folder, _network, _worker.Optimiser, _state, _configuration);
        _saved = Stopwatch.GetTimestamp();
    }

    private void Note(string text) => _progress?.OnNote(text);

    private bool Validate(CancellationToken cancellation)
    {
        _validationMeter.Reset();
        while (_steps.TryTake(waits: true, out _))
        {
            // Left by a pass that ran out of memory.
        }

        long begun = Stopwatch.GetTimestamp();
        using IBatchPass pass = _supply.Begin(_validation, 0, 0);
        while (pass.TryTake(out int first, out int count))
        {
            if (cancellation.IsCancellationRequested)
                return false;
            _steps.Infer(pass, first, count);
            Take(waits: false);
            pass.Release();
        }

        Take(waits: true);
        return true;

        void Take(bool waits)
        {
            while (_steps.TryTake(waits, out StepOutcome step))
            {
                _validationMeter.Add(step.Loss, step.Probabilities, step.Labels);
                int done = step.First + step.Count;
                _progress?.OnStep(new StepReport(
                    _state.Epoch, _options.Epochs, true, done, _validation.Count, step.Loss, _validationMeter.Loss,
                    _schedule.At(_state.Epoch), 0, 0, done / Stopwatch.GetElapsedTime(begun).TotalSeconds));
            }
        }
    }

    /// <summary>Writes the values that the run ends with.</summary>
    private TrainingResult Finish(bool isCancelled)
    {
        bool restores = _state.Best is not null && (_options.Patience > 0 || isCancelled);
        int epoch = restores ? _state.EarlyStopping.BestEpoch : _state.Epoch - 1;
        IReadOnlyList<SafetensorsEntry> values = restores ? _state.Best! : _network.Export();
        string path = Path.Combine(_folder, Trainer.WeightsFile);
        SafetensorsFile.Write(path, values, WeightTexts(epoch));
        return new TrainingResult(
            _state.History.ToArray(), _state.EarlyStopping.BestEpoch, epoch, _state.StoppedEarly, isCancelled, path,
            _state.Seconds);
    }

    private Dictionary<string, string> WeightTexts(int epoch) =>
        new()
        {
            ["format"] = "pt",
            ["network"] = _options.Network.Name,
            ["epoch"] = epoch.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
}

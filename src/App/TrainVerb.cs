using System.CommandLine;
using ChestXray.Model;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>`train`: the main job, from a folder of radiographs to a report.</summary>
internal sealed class TrainVerb
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Data set: a folder of images, NIH's images_*.tar.gz, or Kaggle's zip (default: a phantom set is made first)",
    };

    private readonly Option<string?> _labels = new("--labels") { Description = "Label file (default: looked for in --data)" };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder of the run; must be new (default: runs/DATE_TIME)",
    };
    private readonly Option<string?> _cache = new("--cache")
    {
        Description = "Folder of decoded images (default: cache/NAME-HASH in the working folder)",
    };
    private readonly SplitSelection _split = new("--split-seed");
    private readonly Option<int?> _size = new("--size")
    {
        Description = "Height and width that images are resized to (default: 224; 112 for phantoms)",
    };
    private readonly Option<string> _pixels = SharedOptions.Pixels();
    private readonly Option<bool> _antialias = SharedOptions.Antialias();
    private readonly Option<bool> _draft = SharedOptions.Draft();
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Epochs at most (default: 20; 8 for phantoms)" };
    private readonly Option<int> _batchSize = new("--batch-size")
    {
        Description = "Samples of a step",
        DefaultValueFactory = _ => 32,
    };

    private readonly Option<int> _patience = new("--patience")
    {
        Description = "Epochs without a better validation loss before training stops; 0: all epochs, last weights",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<double> _learningRate = new("--learning-rate")
    {
        Description = "Of the first epoch",
        DefaultValueFactory = _ => 1e-3,
    };
    private readonly Option<double> _decay = new("--decay")
    {
        Description = "Factor on the learning rate from epoch to epoch",
        DefaultValueFactory = _ => 0.95,
    };
    private readonly Option<string> _loss = new("--loss")
    {
        Description = "Which loss to train with",
        DefaultValueFactory = _ => "both",
    };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of weights, order, augmentation and dropout" };
    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<string> _tier = new("--tier")
    {
        Description = "Where a GPU finds the records: auto, resident (all in its memory), pinned, staged, or host (augmented on the CPU)",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<string> _maxBad = SharedOptions.MaxBad();
    private readonly Option<string?> _exclude = SharedOptions.Exclude();
    private readonly Option<string?> _ramBudget = new("--ram-budget")
    {
        Description = "The most memory the process may own, as 4GiB or 900MB; the mapped store's pages do not count (default: no bound)",
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Images without a row, rows without an image and doubles are errors",
    };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run in --out" };
    private readonly Option<bool> _bfloat16 = new("--bfloat16")
    {
        Description = "Convolutions in bfloat16: faster where the processor has it, less exact",
    };

    private readonly Option<string> _convolutions = new("--convolutions")
    {
        Description = "auto, library (the tensor library's) or fourier (ours, in the frequency domain: two to five times as fast on a CPU)",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _recipe = new("--recipe")
    {
        Description = "guide, improved, or parts of improved with commas between: rare-copies (all rare findings are augmented), one-turn (once), " +
            "stream-weights (of the samples trained on), chosen-thresholds (on validation)",
        DefaultValueFactory = _ => "guide",
    };

    private readonly Option<bool> _exact = new("--exact-augmentation")
    {
        Description = "Resample a copy for every rotation and zoom, as Keras does, and not once in all; slower",
    };

    private readonly Option<double> _smoothing = new("--label-smoothing")
    {
        Description = "How far labels are drawn towards one half, 0 to below 1",
    };
    private readonly Option<double> _focal = new("--focal") { Description = "Exponent of the focal factor in the loss; 0: none" };
    private readonly Option<int> _loaderThreads = new("--loader-threads")
    {
        Description = "Threads that prepare batches",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<double> _checkpointMinutes = new("--checkpoint-minutes")
    {
        Description = "A checkpoint is written at each epoch's end, and this often in between",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<bool> _shuffleLabels = new("--shuffle-labels")
    {
        Description = "A control: deal the labels to the images at random; every AUC must come out near 0.5",
    };

    private readonly Option<bool> _json = SharedOptions.Json();

    private readonly NetworkOptions _network = new();

    private TrainVerb()
    {
    }

    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        TrainVerb verb = new();
        verb._loss.AcceptOnlyFromAmong("both", "weighted", "plain");
        verb._convolutions.AcceptOnlyFromAmong("auto", "library", "fourier");
        verb._tier.AcceptOnlyFromAmong("auto", "resident", "pinned", "staged", "host");
        Command command = new("train", "Train a network on a folder of radiographs, measure it and write a report")
        {
            verb._data, verb._labels, verb._out, verb._cache, verb._size, verb._pixels, verb._antialias, verb._draft,
            verb._epochs, verb._batchSize, verb._patience, verb._learningRate, verb._decay,
            verb._loss, verb._seed, verb._device, verb._tier, verb._maxBad,
            verb._exclude, verb._ramBudget, verb._strict, verb._resume,
            verb._bfloat16,
            verb._convolutions, verb._recipe, verb._exact, verb._smoothing, verb._focal, verb._loaderThreads,
            verb._checkpointMinutes,
            verb._shuffleLabels, verb._json,
        };
        verb._network.AddTo(command);
        verb._split.AddTo(command);
        command.SetAction(parsed => verb.Run(parsed, output, error, stop));
        return command;
    }

    private int Run(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken stop)
    {
        bool json = parsed.GetValue(_json);
        Terminal terminal = new(output, error, json);
        string? named = parsed.GetValue(_data);
        TrainingJob.Check(Options(parsed, named ?? ".", isPhantom: named is null));
        string data = named ?? PhantomFolder.Ensure(terminal, stop);
        bool isPhantom = PhantomSet.IsPhantom(data);
        TrainingJobResult result = TrainingJob.Run(Options(parsed, data, isPhantom), terminal, stop);
        if (json)
            output.WriteLine(result.ToJson());
        return result.Cancelled ? Program.Interrupted : Program.Done;
    }

    private TrainingJobOptions Options(ParseResult parsed, string data, bool isPhantom) => new()
    {
        DataFolder = data,
        RunFolder = parsed.GetValue(_out) ?? Path.Combine("runs", DateTime.Now.ToString("yyyy-MM-dd_HHmmss")),
        CacheFolder = parsed.GetValue(_cache) ?? SharedOptions.DefaultCache(data),
        LabelPath = parsed.GetValue(_labels),
        Strict = parsed.GetValue(_strict),
        ExcludePath = parsed.GetValue(_exclude),
        Split = _split.Read(parsed),
        Layout = new(parsed.GetValue(_size)
            ?? (isPhantom ? PhantomFolder.Size : 224), SharedOptions.ParsePixels(parsed.GetRequiredValue(_pixels)),
            parsed.GetValue(_antialias), parsed.GetValue(_draft)),
        Prepare = new() { MaxBadShare = SharedOptions.ParseShare(parsed.GetRequiredValue(_maxBad)) },
        Losses = parsed.GetValue(_loss) switch
        {
            "weighted" => [LossKind.Weighted],
            "plain" => [LossKind.Plain],
            _ => [LossKind.Weighted, LossKind.Plain],
        },
        Training = _network.Read(parsed, new()
        {
            Epochs = parsed.GetValue(_epochs) ?? (isPhantom ? PhantomFolder.Epochs : 20),
            BatchSize = parsed.GetValue(_batchSize),
            Patience = parsed.GetValue(_patience),
            LearningRate = parsed.GetValue(_learningRate),
            Decay = parsed.GetValue(_decay),
            Seed = parsed.GetValue(_seed),
            Device = parsed.GetRequiredValue(_device),
            Tier = Enum.Parse<StoreTier>(parsed.GetRequiredValue(_tier), ignoreCase: true),
            Resume = parsed.GetValue(_resume),
            Bfloat16 = parsed.GetValue(_bfloat16),
            LabelSmoothing = parsed.GetValue(_smoothing),
            FocalExponent = parsed.GetValue(_focal),
            LoaderThreads = parsed.GetValue(_loaderThreads),
            CheckpointEvery = parsed.GetValue(_checkpointMinutes) is >= 0 and <= 1e6 and var minutes
                ? TimeSpan.FromMinutes(minutes) : throw new UsageException("--checkpoint-minutes must lie from 0 to 1,000,000."),
            Convolutions = Enum.Parse<ConvolutionPath>(parsed.GetRequiredValue(_convolutions), ignoreCase: true),
        }),
        ExactAugmentation = parsed.GetValue(_exact),
        Recipe = ParseRecipe(parsed.GetRequiredValue(_recipe)),
        RamBudget = parsed.GetValue(_ramBudget) is { } text
            ? ByteSize.TryParse(text, out long bytes)
                ? bytes : throw new UsageException($"--ram-budget is '{text}': it must be a size such as 4GiB or 900MB.")
            : null,
        ShuffleLabels = parsed.GetValue(_shuffleLabels),
    };

    private static Recipe ParseRecipe(string text)
    {
        Recipe recipe = Recipe.Guide;
        foreach (string word in text.Split(','))
        {
            recipe |= word.Trim() switch
            {
                "guide" => Recipe.Guide,
                "improved" => Recipe.Improved,
                "rare-copies" => Recipe.RareCopies,
                "one-turn" => Recipe.OneTurn,
                "stream-weights" => Recipe.StreamWeights,
                "chosen-thresholds" => Recipe.ChosenThresholds,
                _ => throw new UsageException(
                    $"--recipe has '{word}': it must be guide, improved, or some of rare-copies, one-turn, stream-weights, chosen-thresholds."),
            };
        }

        return recipe;
    }
}

using System.CommandLine;
using System.Globalization;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>Which network is trained, from which values, and which of its layers learn.</summary>
internal sealed class NetworkOptions
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "guide (the guide's CNN) or densenet121",
        DefaultValueFactory = _ => "guide",
    };
    private readonly Option<int> _channels = new("--channels")
    {
        Description = "densenet121: colour channels of the input, 1 or 3",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string> _scale = new("--pixel-scale")
    {
        Description = "data (the training images' mean and deviation) or imagenet (for weights that were trained on photographs)",
        DefaultValueFactory = _ => "data",
    };

    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "Begin with the values of this safetensors file (PyTorch's or Keras' names)",
    };
    private readonly Option<bool> _newHead = new("--new-head")
    {
        Description = "With --weights: the last layer begins anew, as for weights of other classes",
    };
    private readonly Option<string[]> _freeze = new("--freeze")
    {
        Description = "Layers that keep their values, by name or its beginning: features, or features.conv0 features.norm0",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _rates = new("--rate")
    {
        Description = "Factors on the learning rate of layers: features=0.1",
        AllowMultipleArgumentsPerToken = true,
    };

    public NetworkOptions()
    {
        _model.AcceptOnlyFromAmong([.. NetworkChoice.Names]);
        _scale.AcceptOnlyFromAmong("data", "imagenet");
    }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_model, _channels, _scale, _weights, _newHead, _freeze, _rates])
            command.Add(option);
    }

    /// <summary>The training options with these in them.</summary>
    /// <exception cref="UsageException">A rate that is none.</exception>
    public TrainingOptions Read(ParseResult parsed, TrainingOptions training) => training with
    {
        Network = new()
        {
            Name = parsed.GetRequiredValue(_model),
            Channels = parsed.GetValue(_channels),
            Scale = parsed.GetValue(_scale) == "imagenet" ? PixelScale.ImageNet : PixelScale.Data,
        },
        InitialWeights = parsed.GetValue(_weights),
        NewHead = parsed.GetValue(_newHead),
        Rates = [.. (parsed.GetValue(_rates) ?? []).Select(ParseRate),
            .. (parsed.GetValue(_freeze) ?? []).Select(name => new KeyValuePair<string, double>(name, 0))],
    };

    private static KeyValuePair<string, double> ParseRate(string text)
    {
        int at = text.LastIndexOf('=');
        return at > 0 && double.TryParse(text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double factor)
            ? new(text[..at], factor)
            : throw new UsageException($"--rate is '{text}': it must be a layer and a factor, such as features=0.1.");
    }
}

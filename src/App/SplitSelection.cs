using System.CommandLine;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>The options that choose a split, shared by the verbs that make one.</summary>
/// <param name="seedName">The option that seeds the split.</param>
internal sealed class SplitSelection(string seedName)
{
    private readonly Option<string> _kind = new("--split")
    {
        Description = "guide: patients drawn at random, as the guide does; official: NIH's list of test images",
        DefaultValueFactory = _ => "guide",
    };

    private readonly Option<string?> _testList = new("--test-list")
    {
        Description = "The official split's list (default: test_list.txt beside the label file)",
    };
    private readonly Option<uint> _seed = new(seedName) { Description = "Seed of the split (scikit-learn's random_state)" };
    private readonly Option<double> _testSize = new("--test-size") { Description = "Share of all patients in the test set", DefaultValueFactory = _ => 0.2 };

    private readonly Option<double> _validationSize = new("--val-size")
    {
        Description = "Share of the other patients in the validation set",
        DefaultValueFactory = _ => 0.26,
    };

    public void AddTo(Command command)
    {
        _kind.AcceptOnlyFromAmong("guide", "official");
        command.Add(_kind);
        command.Add(_testList);
        command.Add(_seed);
        command.Add(_testSize);
        command.Add(_validationSize);
    }

    public SplitOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_seed), parsed.GetValue(_testSize), parsed.GetValue(_validationSize),
        parsed.GetValue(_kind) == "official",
        parsed.GetValue(_testList));
}

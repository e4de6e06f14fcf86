namespace ChestXray.Model.Tests.Evaluation;

public class PredictionsTests
{
    [Fact]
    public void Rows_become_columns()
    {
        Predictions predictions = Predictions.From<float, float>(["A", "B"], [0.25f, 0.5f, 0.75f, 1f], [0, 1, 1, 0]);

        Assert.Equal(2, predictions.Count);
        Assert.Equal([0.25, 0.75], predictions.Probabilities(0).ToArray());
        Assert.Equal([true, false], predictions.Labels(1).ToArray());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_that_is_no_probability_is_an_error_that_names_row_and_finding(double value)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => Predictions.From<double, byte>(["A", "B"], [0.1, 0.2, 0.3, value], [0, 1, 1, 0]));
        Assert.StartsWith($"row 1, B: the probability is {value};", error.Message);
    }

    [Fact]
    public void A_label_is_0_or_1() => Assert.StartsWith(
        "row 0, B: the label is 2;",
        Assert.Throws<InvalidDataException>(() => Predictions.From<double, int>(["A", "B"], [0.1, 0.2], [0, 2])).Message);

    [Fact]
    public void Lengths_must_agree()
    {
        Assert.Throws<ArgumentException>(() => Predictions.From<double, int>(["A", "B"], [0.1, 0.2, 0.3], [0, 1, 0]));
        Assert.Throws<ArgumentException>(() => Predictions.From<double, int>(["A", "B"], [0.1, 0.2], [0]));
        Assert.Throws<ArgumentException>(() => Predictions.From<double, int>(["A", "B"], [], []));
        Assert.Throws<ArgumentException>(() => Predictions.From<double, int>(["A", "A"], [0.1, 0.2], [0, 1]));
        Assert.Throws<ArgumentException>(() => Predictions.From<double, int>(["A"], [0.1, 0.2], [0, 1], [new("x.png", 1)]));
    }

    [Fact]
    public void Without_names_there_is_no_file_to_write() => Assert.Throws<InvalidOperationException>(
        () => Predictions.From<double, int>(["A"], [0.1], [0]).WriteCsv(Path.Combine(Path.GetTempPath(), "never-written.csv")));
}

using System.Globalization;
using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.Model.Networks;

public sealed partial class GuideNetwork
{
    /// <summary>The layers, their output shapes and their numbers of values as text, one line each.</summary>
    /// <param name="size">Height and width of the input in pixels, at least <see cref="SmallestSize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size at which no pixel is left.</exception>
    public static string Summarise(int size)
    {
        if (size < SmallestSize)
            throw new ArgumentOutOfRangeException(
                nameof(size), size, $"Images of the guide's network have at least {SmallestSize} pixels a side.");

        StringBuilder text = new();
        AppendLine(text, "layer", "output", "values");
        AppendLine(text, "input", $"{size} x {size} x 1", "0");
        int channels = 1;
        for (int i = 0; i < Blocks; i++)
        {
            int filters = _filters[i];
            size -= Kernel - 1;
            AppendLine(text, $"convolution {Kernel}x{Kernel}", $"{size} x {size} x {filters}",
                Count(Kernel * Kernel * channels * filters + filters));
            size /= 2;
            AppendLine(text, "max pool 2x2, ReLU", $"{size} x {size} x {filters}", "0");
            AppendLine(text, "batch norm", $"{size} x {size} x {filters}", Count(4 * filters));
            channels = filters;
        }

        AppendLine(text, "global average pool", Count(channels), "0");
        AppendLine(text, "dropout 0.2", Count(channels), "0");
        AppendLine(text, "dense", Count(Findings.Count), Count(channels * Findings.Count + Findings.Count));
        long trainable = ParameterShapes.Sum(shape => shape.Count), statistics = StatisticShapes.Sum(shape => shape.Count);
        text.Append(CultureInfo.InvariantCulture, $"{trainable + statistics:N0} values, {trainable:N0} of them trainable\n");
        return text.ToString();
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static void AppendLine(StringBuilder text, string layer, string output, string values) =>
        text.Append(CultureInfo.InvariantCulture, $"{layer,-22}{output,-18}{values,9}\n");
}

using System.Globalization;
using System.Runtime.InteropServices;
using ChestXray.Model.Exchange;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Trained models for other programs. Thread-safe in that calls share nothing.</summary>
public static class ModelExport
{
    /// <summary>Writes the values under PyTorch's names and in its layout, with the card as metadata.</summary>
    /// <param name="folder">A loss' folder in a run's: weights and card.</param>
    /// <param name="path">A safetensors file; replaced in one step.</param>
    /// <exception cref="InvalidDataException">Weights or card that can't be used.</exception>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    public static void ToSafetensors(string folder, string path)
    {
        ModelCard card = ModelCard.Read(folder);
        using Network network = Load(folder, card);
        SafetensorsFile.Write(path, [.. network.Export()], Metadata(card).Prepend(new("format", "pt")));
    }

    /// <summary>
    /// Writes the network and its values as ONNX (operator set 13): `images`, N x 1 x S x S standardised, to `logits` and
    /// `probabilities`, N x 14.
    /// </summary>
    /// <inheritdoc cref="ToSafetensors" path="/param"/>
    /// <inheritdoc cref="ToSafetensors" path="/exception"/>
    public static void ToOnnx(string folder, string path)
    {
        ModelCard card = ModelCard.Read(folder);
        using Network network = Load(folder, card);
        ReadOnlyMemory<byte> model = Graph(network, card);
        DurableFile.Replace(path, stream => stream.Write(model.Span));
    }

    /// <summary>An ONNX file's bytes.</summary>
    internal static ReadOnlyMemory<byte> Graph(Network network, ModelCard card)
    {
        Dictionary<string, (long[] Shape, float[] Values)> values = network.Export()
            .ToDictionary(entry => entry.Name, entry => (entry.Shape, Floats(entry)));
        OnnxGraph graph = new(name => values[name]);
        return graph.ToModel(network.Trace(graph, OnnxNames.Images), card.Layout.Size, Findings.Count, Metadata(card));
    }

    /// <summary>The network of a run with its values.</summary>
    internal static Network Load(
        string folder, ModelCard card, string device = "cpu", ConvolutionPath convolutions = ConvolutionPath.Auto)
    {
        TorchRuntime.Start();
        SafetensorsFile file = SafetensorsFile.Read(Path.Combine(folder, Trainer.WeightsFile));
        Network network = NetworkCatalogue.Make(card.Network, 0, TorchRuntime.ParseDevice(device), convolutions);
        try
        {
            network.Import(file);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What a reader in another language needs, each under a word of its own, and the whole card for this program.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> Metadata(ModelCard card)
    {
        PixelStatistics input = card.Input;
        yield return new("network", card.Network.Name);
        yield return new("labels", string.Join(',', card.Labels));
        yield return new("thresholds", string.Join(',', card.Thresholds.Select(Text)));
        yield return new("thresholds_chosen_on", card.AreThresholdsChosen ? "validation" : "nothing: 0.5");
        yield return new("size", card.Layout.Size.ToString(CultureInfo.InvariantCulture));
        yield return new("resize", card.Layout.Antialias
            ? "bilinear, half-pixel centres, antialias" : "bilinear, half-pixel centres, no antialias");
        yield return new("rounding", card.Layout.Pixels == PixelType.U8
            ? "to whole grey levels after resizing" : "to 1/256 of a grey level after resizing");
        yield return new("input_mean", Text(input.Mean));
        yield return new("input_standard_deviation", Text(input.StandardDeviation));
        yield return new("training_mean", Text(card.Mean));
        yield return new("training_standard_deviation", Text(card.StandardDeviation));
        yield return new("training_images", card.TrainingImages.ToString(CultureInfo.InvariantCulture));
        yield return new("training_positives", string.Join(',', card.TrainingPositives));
        yield return new("loss", card.Loss);
        yield return new("phantom_data", card.PhantomData ? "true" : "false");
        yield return new("not_for_medical_use", "true");
        yield return new(OnnxNames.Card, card.ToJson());
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static float[] Floats(SafetensorsEntry entry) => entry.Type == "F32"
        ? MemoryMarshal.Cast<byte, float>(entry.Data.Span).ToArray()
        : Array.ConvertAll(MemoryMarshal.Cast<byte, double>(entry.Data.Span).ToArray(), value => (float)value);
}

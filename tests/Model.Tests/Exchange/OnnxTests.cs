using ChestXray.Model.Exchange;
using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Networks;
using ChestXray.Model.Training;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Exchange;

public sealed class OnnxTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("guide", 1, PixelScale.Data, 112)]
    [InlineData("densenet121", 1, PixelScale.Data, 64)]
    [InlineData("densenet121", 3, PixelScale.Data, 40)]
    [InlineData("densenet121", 3, PixelScale.ImageNet, 40)]
    public void ONNX_Runtime_gives_the_network_s_logits_and_probabilities_for_batches_of_any_size(
        string name, int channels, PixelScale scale, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        ModelCard card = SampleCard.Of(name, size, channels, scale);
        using Network network = Trained(card.Network, size);
        using InferenceSession session = new(ModelExport.Graph(network, card).ToArray());
        foreach (int count in new[] { 1, 3 })
        {
            Tensor images = randn([count, 1, size, size], generator: new Generator((ulong)count));
            using (no_grad())
            {
                Tensor logits = network.Forward(images, training: false);
                RequireNear(logits, Run(session, images, OnnxNames.Logits));
                RequireNear(logits.sigmoid(), Run(session, images, OnnxNames.Probabilities));
                Assert.True((logits.max() - logits.min()).item<float>() > 1e-3);
            }
        }
    }

    [Fact]
    public void The_file_says_what_its_images_must_look_like_and_where_the_model_comes_from()
    {
        using Network network = NetworkCatalogue.Make(new(), 1, CPU);
        using InferenceSession session = new(ModelExport.Graph(network, SampleCard.Of("guide", 112)).ToArray());
        Dictionary<string, string> texts = session.ModelMetadata.CustomMetadataMap;
        Assert.StartsWith("Atelectasis,Cardiomegaly,", texts["labels"], StringComparison.Ordinal);
        Assert.StartsWith("0.3,0.32,", texts["thresholds"], StringComparison.Ordinal);
        Assert.Equal(
            ("120.5", "55.25", "112", "700", "1,2,3,4,5,6,7,8,9,10,11,12,13,14"),
            (texts["input_mean"], texts["input_standard_deviation"], texts["size"], texts["training_images"],
                texts["training_positives"]));
        Assert.Equal(SampleCard.Of("guide", 112).ToJson(), ModelCard.FromJson("it", texts[OnnxNames.Card]).ToJson());
    }

    [Fact]
    public void A_written_file_opens_as_a_model()
    {
        using DisposeScope scope = NewDisposeScope();
        ModelCard card = SampleCard.Of("guide", 112);
        using Network network = Trained(card.Network, 112);
        string path = Write("model.onnx", ModelExport.Graph(network, card).ToArray());
        using OnnxModel model = new(path, batchSize: 4);
        using BatchRing ring = new(2, 4, 112);
        Tensor images = randn([3, 1, 112, 112], generator: new Generator(1));
        images.contiguous().data<float>().ToArray().CopyTo(ring.Pixels(1, 3));
        float[] found = new float[42];
        model.Infer(ring, 1, 3, found);
        using (no_grad())
            RequireNear(network.Forward(images, training: false).sigmoid(), found);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("cut off")]
    [InlineData("no card")]
    [InlineData("another size")]
    public void A_file_that_is_no_model_of_ours_is_refused_by_its_name(string fault)
    {
        using Network network = NetworkCatalogue.Make(new(), 1, CPU);
        ModelCard card = SampleCard.Of("guide", 112);
        byte[] whole = ModelExport.Graph(network, card).ToArray();
        OnnxGraph graph = new(name => throw new InvalidOperationException(name));
        byte[] bytes = fault switch
        {
            "garbage" => [1, 2, 3, 4, 5, 6, 7, 8],
            "cut off" => whole[..^1000],
            "no card" => graph.ToModel(OnnxNames.Images, 112, 14, []).ToArray(),
            _ => graph.ToModel(OnnxNames.Images, 128, 14, [new(OnnxNames.Card, card.ToJson())]).ToArray(),
        };
        string path = Write("model.onnx", bytes);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => new OnnxModel(path).Dispose()).Message,
            StringComparison.Ordinal);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Values and running statistics that are not those of a fresh network.</summary>
    private static Network Trained(NetworkChoice choice, int size)
    {
        Network network = NetworkCatalogue.Make(choice, 6, CPU);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 4, 0);
        for (int i = 0; i < 3; i++)
            worker.Train(SmallDense.Images(4, size: size), SmallDense.Labels(4), 1e-3);
        return network;
    }

    private static float[] Run(InferenceSession session, Tensor images, string output)
    {
        float[] pixels = [.. images.contiguous().data<float>()];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, images.shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [OnnxNames.Images], [input], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void RequireNear(Tensor expected, float[] found)
    {
        float[] values = [.. expected.cpu().contiguous().data<float>()];
        Assert.Equal(values.Length, found.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(values[i], found[i], 1e-5f);
    }
}

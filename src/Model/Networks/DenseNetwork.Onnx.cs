using ChestXray.Model.Exchange;

namespace ChestXray.Model.Networks;

/// <content>As an ONNX graph.</content>
public sealed partial class DenseNetwork
{
    internal override string Trace(OnnxGraph graph, string images)
    {
        string x = graph.Convolution(Channels == 1
            ? images : Spread(graph, images), "features.conv0.weight", stride: 2, padding: 3);
        x = graph.Pool("MaxPool", graph.Relu(graph.Norm(x, "features.norm0", Epsilon)), 3, 2, 1);
        for (int block = 1; block <= _shape.Layers.Length; block++)
        {
            List<string> maps = [x];
            for (int i = 1; i <= _shape.Layers[block - 1]; i++)
            {
                string layer = $"features.denseblock{block}.denselayer{i}";
                string y = graph.Relu(graph.Norm(i == 1 ? x : graph.Concatenate(maps), layer + ".norm1", Epsilon));
                y = graph.Relu(graph.Norm(graph.Convolution(y, layer + ".conv1.weight"), layer + ".norm2", Epsilon));
                maps.Add(graph.Convolution(y, layer + ".conv2.weight", padding: 1));
            }

            x = graph.Concatenate(maps);
            string transition = $"features.transition{block}";
            if (block < _shape.Layers.Length)
                x = graph.Pool("AveragePool", graph.Convolution(
                    graph.Relu(graph.Norm(x, transition + ".norm", Epsilon)), transition + ".conv.weight"), 2, 2);
        }

        return graph.AverageAndClassify(graph.Relu(graph.Norm(x, $"features.norm{_shape.Layers.Length + 1}", Epsilon)), Head);
    }

    private string Spread(OnnxGraph graph, string images)
    {
        bool isImageNet = Scale == PixelScale.ImageNet;
        float[] factors = [.. ImageNetScale.Deviations.Select(deviation => isImageNet ? (float)(1 / deviation) : 1)];
        float[] shifts = [.. ImageNetScale.Means.Zip(ImageNetScale.Deviations, (mean, deviation) => isImageNet
            ? (float)(-mean / deviation) : 0)];
        return graph.Spread(images, factors, shifts);
    }
}

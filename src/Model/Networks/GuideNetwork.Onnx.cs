using ChestXray.Model.Exchange;

namespace ChestXray.Model.Networks;

/// <content>As an ONNX graph.</content>
public sealed partial class GuideNetwork
{
    internal override string Trace(OnnxGraph graph, string images)
    {
        string x = images;
        for (int i = 1; i <= Blocks; i++)
        {
            x = graph.Convolution(x, $"conv{i}.weight", $"conv{i}.bias");
            x = graph.Norm(graph.Relu(graph.Pool("MaxPool", x, 2, 2)), $"norm{i}", Epsilon);
        }

        return graph.AverageAndClassify(x, Head);
    }
}

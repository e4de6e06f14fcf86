namespace ChestXray.Model.Exchange;

/// <summary>Names inside an exported ONNX file.</summary>
internal static class OnnxNames
{
    /// <summary>N x 1 x S x S standardised pixels.</summary>
    public const string Images = "images";

    /// <summary>N x 14.</summary>
    public const string Logits = "logits", Probabilities = "probabilities";

    /// <summary>Metadata: the model's card as JSON, from which this program takes everything.</summary>
    public const string Card = "chestxray.model";
}

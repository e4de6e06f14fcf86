namespace ChestXray.Model.Networks;

/// <summary>Name and shape of one tensor of a network, in PyTorch's order (convolutions: out, in, height, width).</summary>
/// <param name="Name">Unique in its network, such as `conv1.weight`.</param>
/// <param name="Dimensions">Sizes, outermost first.</param>
public sealed record TensorShape(string Name, params long[] Dimensions)
{
    /// <summary>Number of values.</summary>
    public long Count => Dimensions.Aggregate(1L, (product, size) => checked(product * size));
}

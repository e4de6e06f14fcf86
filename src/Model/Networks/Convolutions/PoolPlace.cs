namespace ChestXray.Model.Networks.Convolutions;

/// <summary>What a byte of the pooling's places says: 0 to 3, the element that was the maximum, row by row; or none.</summary>
internal static class PoolPlace
{
    /// <summary>The maximum was not positive: the value is 0 and no gradient passes.</summary>
    public const byte None = 4;
}

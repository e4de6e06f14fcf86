namespace ChestXray.Model;

/// <summary>What grey levels are scaled by before they enter a network.</summary>
public enum PixelScale
{
    /// <summary>The training images' mean and standard deviation.</summary>
    Data,

    /// <summary>
    /// ImageNet's, as networks trained on photographs expect: level / 255, then for each of three channels its own mean and
    /// deviation; for one channel the means of the three.
    /// </summary>
    ImageNet,
}

namespace ChestXray.Pipeline.Decoding;

/// <summary>What a JPEG block is decoded for: a kind of method that is compiled twice.</summary>
internal interface IBlockUse
{
    /// <summary>Whether values behind the first are written down; otherwise their bits are passed over.</summary>
    static abstract bool WantsValues { get; }
}

/// <summary>A block whose pixels are wanted.</summary>
internal readonly struct AllValues : IBlockUse
{
    public static bool WantsValues => true;
}

/// <summary>A block of which the mean is wanted at most.</summary>
internal readonly struct MeanAlone : IBlockUse
{
    public static bool WantsValues => false;
}

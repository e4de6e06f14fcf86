namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Makes pooled convolutions for this processor.</summary>
internal static class PooledConvolutions
{
    /// <summary>Whether there are vectors that they can use.</summary>
    public static bool AreSupported => Lanes16.IsSupported || Lanes8.IsSupported;

    /// <summary>Makes one with the widest vectors there are.</summary>
    /// <param name="inputs">1, or a multiple of 16.</param>
    /// <param name="outputs">A multiple of 16.</param>
    /// <param name="threads">Threads, from 1.</param>
    public static IPooledConvolution Make(int inputs, int outputs, int threads)
    {
        if (Lanes16.IsSupported)
            return inputs == 1 ? new DirectConvolution<Lanes16>(
                outputs, threads) : new FourierConvolution<Lanes16>(inputs, outputs, threads);
        return inputs == 1 ? new DirectConvolution<Lanes8>(
            outputs, threads) : new FourierConvolution<Lanes8>(inputs, outputs, threads);
    }
}

using ChestXray.Model.Networks;

namespace ChestXray.Model.Training;

/// <summary>Which features a training step leaves out.</summary>
/// <param name="Features">That dropout masks; 0 for none.</param>
/// <param name="Share">Of them that is left out, from 0 to below 1.</param>
/// <param name="Seed">Key.</param>
internal readonly record struct DropoutMask(int Features, double Share, ulong Seed)
{
    // Streams below this belong to the initialisation; those above, one per step, to dropout.
    private const ulong Streams = 1UL << 32;

    /// <summary>The mask of a network.</summary>
    public static DropoutMask Of(Network network, ulong seed) => new(network.DropoutFeatures, network.DropoutShare, seed);

    /// <summary>
    /// Writes 0 or 1 / (1 - share) per feature, a function of seed, step and position alone: a resumed run draws the same.
    /// </summary>
    /// <param name="step">Steps done before this one.</param>
    /// <param name="values">N x features.</param>
    public void Fill(long step, Span<float> values)
    {
        Philox.FillUniform(Seed, Streams + (ulong)step, values);
        float share = (float)Share, kept = (float)(1 / (1 - Share));
        foreach (ref float value in values)
            value = value < share ? 0f : kept;
    }
}

namespace ChestXray.Pipeline.Phantoms;

/// <summary>Draws one phantom radiograph after the other into its own memory; one per thread.</summary>
internal sealed class Radiograph(int side)
{
    private const ulong BuildStream = 11, PoseStream = 12, BackgroundStream = 13, FilmStream = 14, SignStream = 100;

    private readonly Canvas _canvas = new(side);
    private readonly byte[] _grey = new byte[side * side];

    /// <summary>Draws the image; the pixels live until the next call.</summary>
    public ReadOnlySpan<byte> Draw(PhantomImage image, ulong seed)
    {
        ulong item = ((ulong)image.Patient << 16) + (ulong)image.FollowUp;
        Draws pose = new(seed, PoseStream, item);
        float zoom = pose.Between(0.92f, 1.05f), turn = pose.Between(-0.06f, 0.06f);
        _canvas.Begin(zoom, turn, pose.Between(-0.03f, 0.03f), pose.Between(-0.03f, 0.03f));
        Thorax thorax = Thorax.Draw(new Draws(seed, BuildStream, (ulong)image.Patient), pose, image.FromBehind);
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            if (image.Has(finding))
                Signs.Reshape(finding, thorax, new Draws(seed, SignStream + (ulong)finding, item));
        }

        Background.Paint(_canvas, thorax, new Draws(seed, BackgroundStream, item));
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            if (image.Has(finding))
                Signs.Paint(finding, _canvas, thorax, new Draws(seed, SignStream + (ulong)finding + 50, item));
        }

        Expose(new Draws(seed, FilmStream, item));
        return _grey;
    }

    // Exposure differs from film to film; grain is finer than any sign.
    private void Expose(Draws draws)
    {
        float gain = draws.Between(0.88f, 1.15f), offset = draws.Between(-0.06f, 0.06f), grain = draws.Between(0.008f, 0.022f);
        uint key = draws.NoiseKey();
        ReadOnlySpan<float> opacity = _canvas.Opacity;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int index = (y * side) + x;
                float value = 0.52f + (gain * (opacity[index] - 0.50f)) + offset;
                // A film saturates softly: nothing is whiter than white.
                float toned = value <= 0.75f ? value : 0.75f + (0.25f * MathF.Tanh((value - 0.75f) * 4f));
                toned = Math.Max(toned, 0.012f) + (grain * Noise.Grain(key, x, y));
                _grey[index] = (byte)Math.Clamp((int)MathF.Round(255f * toned), 0, 255);
            }
        }
    }
}

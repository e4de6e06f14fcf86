namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// Which inputs, with which weights, make each output of an antialiased bilinear resize: a triangle as wide as the scale.
/// </summary>
/// <remarks>
/// Source: TensorFlow's `scale_and_translate_op.cc` (`ComputeSpansCore`), which `tf.image.resize(antialias=True)` runs.
/// </remarks>
internal sealed class AntialiasAxis
{
    public AntialiasAxis(int input, int output)
    {
        float scale = input / (float)output, radius = MathF.Max(scale, 1);
        Start = new int[output];
        Taps = Math.Min(input, (2 * (int)MathF.Ceiling(radius)) + 1);
        Weights = new float[Taps * output];
        float[] own = new float[Taps];
        for (int i = 0; i < output; i++)
        {
            float centre = (i + 0.5f) * scale;
            int first = Math.Clamp((int)MathF.Ceiling(centre - radius - 0.5f), 0, input - 1);
            int last = Math.Clamp((int)MathF.Floor(centre + radius - 0.5f), first, input - 1);

            // All outputs have the same number of taps; those to spare have no weight.
            Start[i] = Math.Min(first, input - Taps);
            Array.Clear(own);
            float sum = 0;
            for (int at = first; at <= last; at++)
                sum += own[at - Start[i]] = MathF.Max(0, 1 - MathF.Abs((at + 0.5f - centre) / radius));
            for (int tap = 0; tap < Taps; tap++)
                Weights[(tap * output) + i] = own[tap] / sum;
        }
    }

    /// <summary>Inputs that make an output.</summary>
    public int Taps { get; }

    /// <summary>The first input of each output.</summary>
    public int[] Start { get; }

    /// <summary>Weights, tap by tap, an entry for each output; those of an output add up to one.</summary>
    public float[] Weights { get; }
}

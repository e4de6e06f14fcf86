using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// What turns a plane of grey levels into standardised values where the tone is more than a multiply-add: gamma, then scale and
/// offset, then noise.
/// </summary>
/// <param name="Gamma">The exponent; 1 for none.</param>
/// <param name="White">The level that it leaves alone.</param>
/// <param name="Scale">Factor of a level.</param>
/// <param name="Offset">Added to the product.</param>
/// <param name="Noise">Factor of the normal numbers; 0 for none.</param>
/// <param name="Key">What they are a function of.</param>
/// <param name="Channel">The record's channel.</param>
internal readonly unsafe record struct TonePass(
    float Gamma, float White, float Scale, float Offset, float Noise, RandomKey Key, int Channel)
{
    /// <summary>Both planes may be the same.</summary>
    public void Run(float* source, float* destination, int count, SimdLevel level)
    {
        if (level == SimdLevel.Scalar)
        {
            for (int i = 0; i < count; i++)
                destination[i] = Value(source[i], i);
            return;
        }

        float* numbers = stackalloc float[ToneVectors.Block];
        int done = 0;
        for (; done <= count - ToneVectors.Block; done += ToneVectors.Block)
            Vectors(source + done, destination + done, done, numbers);
        if (done == count)
            return;
        float* padded = stackalloc float[ToneVectors.Block];
        new Span<float>(padded, ToneVectors.Block).Clear();
        new ReadOnlySpan<float>(source + done, count - done).CopyTo(new Span<float>(padded, ToneVectors.Block));
        Vectors(padded, padded, done, numbers);
        new ReadOnlySpan<float>(padded, count - done).CopyTo(new Span<float>(destination + done, count - done));
    }

    private float Value(float level, int pixel)
    {
        if (Gamma != 1)
            level = ToneMaths.Gamma(level, White, Gamma);
        level = MathF.FusedMultiplyAdd(level, Scale, Offset);
        return Noise == 0
            ? level
            : MathF.FusedMultiplyAdd(
                Noise, ToneMaths.Normal((uint)Key.Epoch, (uint)Key.Record, (uint)Channel, (uint)pixel, (uint)Key.Seed,
                    (uint)(Key.Seed >> 32)), level);
    }

    private void Vectors(float* source, float* destination, int pixel, float* numbers)
    {
        if (Noise != 0)
            ToneVectors.Normals((uint)Key.Epoch, (uint)Key.Record, (uint)Channel, (uint)pixel, (uint)Key.Seed,
                (uint)(Key.Seed >> 32), numbers);
        for (int i = 0; i < ToneVectors.Block; i += 8)
        {
            Vector256<float> value = Vector256.Load(source + i);
            if (Gamma != 1)
                value = ToneVectors.Gamma(value, White, Gamma);
            value = Vector256.FusedMultiplyAdd(value, Vector256.Create(Scale), Vector256.Create(Offset));
            if (Noise != 0)
                value = Vector256.FusedMultiplyAdd(Vector256.Create(Noise), Vector256.Load(numbers + i), value);
            value.Store(destination + i);
        }
    }
}

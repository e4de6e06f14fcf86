using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Documentation;

/// <summary>The README's sample, word for word between the two marks.</summary>
internal static class ReadmeSample
{
    public static float[] Run(string path)
    {
        // README {
        using ImageDecoder decoder = new();
        GreyImage image = decoder.DecodeFile(path);          // PNG or JPEG, TensorFlow's grey to the bit

        const int size = 224, copies = 4;
        RandomGeometry geometry = new() { Rotation = 0.2 * Math.PI, Zoom = 0.2, FlipHorizontal = 0.5 };
        Matrix2x3 fit = Matrix2x3.Resize(image.Width, image.Height, size, size);
        Matrix2x3[] matrices = new Matrix2x3[copies];
        for (int i = 0; i < copies; i++)                     // a pure function of (seed, epoch, record)
            matrices[i] = geometry.Draw(seed: 1, epoch: i, record: 0, image.Width, image.Height).Then(fit);

        using CpuAugmenter augmenter = new(new()
        {
            SourceWidth = image.Width,
            SourceHeight = image.Height,
            OutputWidth = size,
            OutputHeight = size,
            Mean = 139,
            Deviation = 62,
            Border = Border.Reflect,
        });
        float[] batch = new float[copies * size * size];
        augmenter.Run(image.Pixels, new int[copies], matrices, batch);   // one pass: gather, interpolate, standardise
        // README }
        return batch;
    }
}

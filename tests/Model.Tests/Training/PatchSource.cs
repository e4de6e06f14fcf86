using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Training;

/// <summary>
/// Noise in which each finding brightens a patch of its own: made from the position alone, so any thread gives the same.
/// </summary>
internal sealed class PatchSource(int count, int size = 106, int seed = 0) : IBatchSource
{
    public int Count => count;

    public int Size => size;

    /// <summary>The sample (of any epoch) whose pixels are NaN; -1: none.</summary>
    public int Broken { get; init; } = -1;

    /// <summary>The sample at which Read throws; -1: none.</summary>
    public int Throwing { get; init; } = -1;

    public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels)
    {
        if (first < 0 || first + count > Count || images.Length != count * size * size || labels.Length != count * Findings.Count)
            throw new ArgumentException($"{count} samples from {first} do not fit.");
        for (int i = 0; i < count; i++)
            Fill(epoch, first + i, images.Slice(i * size * size, size * size), labels.Slice(i * Findings.Count, Findings.Count));
    }

    private void Fill(int epoch, int position, Span<float> pixels, Span<float> labels)
    {
        if (position == Throwing)
            throw new InvalidDataException($"sample {position} can't be read");
        Random random = new(seed * 1_000_003 + epoch * 10_007 + position);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = position == Broken ? float.NaN : random.NextSingle() - 0.5f;
        int patch = size / 4;
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            labels[finding] = random.Next(4) == 0 ? 1 : 0;
            if (labels[finding] == 0)
                continue;
            int top = finding / 4 * patch, left = finding % 4 * patch;
            for (int y = top; y < top + patch; y++)
            {
                foreach (ref float pixel in pixels.Slice(y * size + left, patch))
                    pixel += 1.5f;
            }
        }
    }
}

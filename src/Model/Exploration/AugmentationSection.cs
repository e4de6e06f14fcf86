using System.Runtime.InteropServices;
using System.Text;
using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>What the guide's augmentation does to a few images: the original, then copies as the epochs draw them.</summary>
internal static class AugmentationSection
{
    private const int Rows = 4, Columns = 8;

    public static string Render(InspectionJobResult result, RecordStore store, Thumbnails thumbnails)
    {
        InspectedImage[] listed = [.. result.Inspection.Images.Where(
            image => GuideAugmentation.Passes(image.Label.FindingBits) == 1).DistinctBy(image => image.Label.PatientId)];
        if (listed.Length == 0)
            return "";
        StringBuilder text = new("<section id=\"augmentation\">\n<h2>Augmentation contact sheet</h2>\n");
        text.Append("<p class=\"muted\">First the image, then seven copies as seven epochs draw them (seed 0): turned by up to 36 degrees either way, zoomed by up to 20 %, what lies outside mirrored in. ");
        text.Append("The guide adds one copy of every training image with a rare finding, so that they are seen twice an epoch.</p>\n<div class=\"sheet\" tabindex=\"0\" role=\"region\" aria-label=\"Augmented images\">\n");
        int size = store.Layout.Size, rows = Math.Min(Rows, listed.Length);
        using CpuAugmenter augmenter = new(new() { SourceHeight = size, SourceWidth = size });
        for (int row = 0; row < rows; row++)
        {
            InspectedImage image = listed[row * listed.Length / rows];
            for (int column = 0; column < Columns; column++)
            {
                string words = column == 0
                    ? $"{image.Label.FileName}, as it is" : $"{image.Label.FileName}, the copy of epoch {column}";
                text.Append(Draw(augmenter, store, thumbnails, image.Record, column, words));
            }
        }

        return text.Append("</div>\n</section>").ToString();
    }

    private static string Draw(
        CpuAugmenter augmenter, RecordStore store, Thumbnails thumbnails, int record, int epoch, string words)
    {
        int size = store.Layout.Size;
        Matrix2x3[] matrix = [StoreBatchSource.Guide.Draw(0, epoch, record, epoch == 0 ? 0 : 1, size)];
        float[] sample = new float[size * size];
        try
        {
            ReadOnlySpan<byte> bytes = store.Read(record);
            if (store.Layout.Pixels == PixelType.U16)
                augmenter.Run(MemoryMarshal.Cast<byte, ushort>(bytes), [0], matrix, sample.AsSpan());
            else
                augmenter.Run(bytes, [0], matrix, sample.AsSpan());
        }
        catch (DataSetException)
        {
            // A damaged record is named among the problems.
            return "";
        }

        float scale = store.Layout.Pixels == PixelType.U16 ? 1 / 256f : 1;
        byte[] pixels = [.. sample.Select(value => (byte)Math.Clamp(value * scale, 0, 255))];
        return thumbnails.Of(pixels, words) + "\n";
    }
}

using System.Runtime.InteropServices;
using ChestXray.Pipeline;
using SkiaSharp;

namespace ChestXray.Model.Exploration;

/// <summary>Small pictures of records, as images inside the page. The store must outlive it; one caller at a time.</summary>
internal sealed class Thumbnails(RecordStore store)
{
    private const int Side = 112, Quality = 72;

    /// <summary>An image element of a record; nothing where the record is damaged.</summary>
    /// <param name="record">Its number.</param>
    /// <param name="words">What it shows, for those who don't see it.</param>
    public string Of(int record, string words)
    {
        try
        {
            ReadOnlySpan<byte> bytes = store.Read(record);
            if (store.Layout.Pixels == PixelType.U8)
                return Of(bytes, words);
            ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(bytes);
            byte[] narrow = new byte[wide.Length];
            for (int i = 0; i < wide.Length; i++)
                narrow[i] = (byte)(wide[i] >> 8);
            return Of(narrow, words);
        }
        catch (DataSetException)
        {
            return "";
        }
    }

    /// <summary>An image element of a picture of the store's size.</summary>
    /// <param name="pixels">size x size bytes.</param>
    /// <param name="words">What it shows, for those who don't see it.</param>
    public string Of(ReadOnlySpan<byte> pixels, string words)
    {
        int size = store.Layout.Size;
        using SKBitmap bitmap = new(new SKImageInfo(size, size, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < size; y++)
            pixels.Slice(y * size, size).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        using SKBitmap small = bitmap.Resize(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            ?? throw new InvalidOperationException($"A picture of {size} x {size} pixels can't be made smaller.");
        using SKData jpeg = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return $"<img width=\"{Side}\" height=\"{Side}\" loading=\"lazy\" alt=\"{Reporting.ReportPage.Safe(words)}\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg.AsSpan())}\"/>";
    }
}

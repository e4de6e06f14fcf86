using ChestXray.Model.Pictures;
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
            return Of(RadiographPicture.Levels(store.Read(record), store.Layout), words);
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
        using SKBitmap small = RadiographPicture.Make(pixels, store.Layout.Size, Side);
        string picture = Convert.ToBase64String(RadiographPicture.ToJpeg(small, Quality));
        return $"<img width=\"{Side}\" height=\"{Side}\" loading=\"lazy\" alt=\"{Reporting.ReportPage.Safe(words)}\" " +
            $"src=\"data:image/jpeg;base64,{picture}\"/>";
    }
}

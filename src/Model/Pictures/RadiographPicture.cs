using System.Globalization;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;
using SkiaSharp;

namespace ChestXray.Model.Pictures;

/// <summary>Draws a radiograph beside its probabilities, or under a heat map.</summary>
internal static class RadiographPicture
{
    private const int Side = 512, BarsWidth = 400, Margin = 14, RowHeight = 32;
    private static readonly SKColor _ground = new(0x10, 0x14, 0x1A), _text = new(0xE6, 0xEA, 0xEF),
        _muted = new(0x8A, 0x95, 0xA3);
    private static readonly SKColor _bar = new(0x4A, 0x7F, 0xB0), _positive = new(0xE0, 0x7B, 0x39);

    /// <summary>The image, at most <see cref="Side"/> pixels wide and high.</summary>
    public static SKBitmap Make(in GreyImage image) => Make(image.Pixels, image.Width, Side);

    /// <summary>The image, its longer side as long as asked for.</summary>
    /// <param name="pixels">Grey levels, row by row.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="side">Pixels of the picture's longer side.</param>
    public static SKBitmap Make(ReadOnlySpan<byte> pixels, int width, int side)
    {
        int height = pixels.Length / width;
        using SKBitmap full = new(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
            pixels.Slice(y * width, width).CopyTo(full.GetPixelSpan()[(y * full.RowBytes)..]);
        double scale = (double)side / Math.Max(width, height);
        SKImageInfo size = new(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)), SKColorType.Rgba8888,
            SKAlphaType.Opaque);
        SKBitmap scaled = new(size);
        using SKCanvas canvas = new(scaled);
        using SKImage source = SKImage.FromBitmap(full);
        canvas.DrawImage(source, new SKRect(0, 0, size.Width, size.Height),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return scaled;
    }

    /// <summary>A record's grey levels in whole numbers; of 16 bits the upper ones.</summary>
    public static byte[] Levels(ReadOnlySpan<byte> record, StoreLayout layout)
    {
        byte[] levels = new byte[layout.Size * layout.Size];
        int bytes = layout.Pixels == PixelType.U16 ? 2 : 1;
        // Of two bytes the second is the upper one: the store is little-endian.
        for (int i = 0; i < levels.Length; i++)
            levels[i] = record[i * bytes + bytes - 1];
        return levels;
    }

    /// <summary>A picture as the bytes of a JPEG file.</summary>
    public static byte[] ToJpeg(SKBitmap picture, int quality)
    {
        using SKData jpeg = picture.Encode(SKEncodedImageFormat.Jpeg, quality);
        return jpeg.ToArray();
    }

    /// <summary>The radiograph, and at its right a bar for each finding with its threshold.</summary>
    public static void SaveWithBars(string path, SKBitmap radiograph, ImagePrediction image, ModelCard card) =>
        Save(path, Side + BarsWidth, canvas =>
        {
            canvas.DrawBitmap(radiograph, (Side - radiograph.Width) / 2f, (Side - radiograph.Height) / 2f);
            using PictureText text = new();
            float left = Side + 140, width = BarsWidth - 140 - 60;
            for (int i = 0; i < Findings.Count; i++)
            {
                float y = Margin + i * RowHeight + 12, threshold = (float)card.Thresholds[i], value = image.Probabilities[i];
                bool isPositive = value > threshold;
                text.Draw(canvas, Findings.Names[i].Replace('_', ' '), Side + Margin, y + 10, _text);
                Fill(canvas, new SKRect(left, y, left + width * value, y + 12), isPositive ? _positive : _bar);
                Fill(canvas, new SKRect(left + width * threshold - 1, y - 3, left + width * threshold + 1, y + 15), _muted);
                text.Draw(canvas, value.ToString("0.000", CultureInfo.InvariantCulture), left + width + 8, y + 10, isPositive
                    ? _positive : _text);
            }

            Footer(canvas, text, Side + Margin, card);
        });

    /// <summary>The radiograph under the heat map of a finding.</summary>
    public static void SaveWithHeat(
        string path, SKBitmap radiograph, HeatMap map, ImagePrediction image, int finding, ModelCard card) =>
        Save(path, Side, canvas =>
        {
            float left = (Side - radiograph.Width) / 2f, top = (Side - radiograph.Height) / 2f;
            canvas.DrawBitmap(radiograph, left, top);
            using SKBitmap heat = HeatColours.Paint(map.Resize(radiograph.Height, radiograph.Width));
            canvas.DrawBitmap(heat, left, top);
            using PictureText text = new();
            string probability = image.Probabilities[finding].ToString("0.000", CultureInfo.InvariantCulture);
            text.Draw(canvas, $"{Findings.Names[finding].Replace('_', ' ')} {probability}", Margin, Margin + 12, _text);
            Footer(canvas, text, Margin, card);
        });

    private static void Footer(SKCanvas canvas, PictureText text, float x, ModelCard card)
    {
        string phantom = card.PhantomData ? "PHANTOM DATA. " : "";
        text.Draw(canvas, phantom + "Research software: not for medical use.", x, Side - Margin, _muted);
    }

    private static void Fill(SKCanvas canvas, SKRect area, SKColor colour)
    {
        using SKPaint paint = new() { Color = colour };
        canvas.DrawRect(area, paint);
    }

    private static void Save(string path, int width, Action<SKCanvas> draw)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(_ground);
        draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        using FileStream file = File.Create(path);
        png.SaveTo(file);
    }

    /// <summary>The report's own typeface: pictures have text on a machine without fonts.</summary>
    private sealed class PictureText : IDisposable
    {
        private readonly SKTypeface _face;
        private readonly SKFont _font;

        public PictureText()
        {
            using SKData data = SKData.CreateCopy(PlotFont.Bytes("Inter-Regular.ttf"));
            _face = SKTypeface.FromData(data);
            _font = new(_face, 14);
        }

        public void Draw(SKCanvas canvas, string text, float x, float y, SKColor colour)
        {
            using SKPaint paint = new() { Color = colour, IsAntialias = true };
            canvas.DrawText(text, x, y, SKTextAlign.Left, _font, paint);
        }

        public void Dispose()
        {
            _font.Dispose();
            _face.Dispose();
        }
    }
}

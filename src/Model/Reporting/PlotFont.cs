using ScottPlot;
using SkiaSharp;

namespace ChestXray.Model.Reporting;

/// <summary>
/// The plots' typeface, from this assembly: pictures have text on a machine without fonts, and look the same everywhere.
/// </summary>
internal sealed class PlotFont : IFontResolver
{
    /// <summary>The family's name, in plots and in the page.</summary>
    public const string Family = "Inter";

    private static readonly Lock _once = new();
    private static bool _registered;

    /// <summary>Tells the plot library of the typeface; any number of calls from any thread.</summary>
    public static void Register()
    {
        lock (_once)
        {
            if (_registered)
                return;
            Fonts.FontResolvers.Insert(0, new PlotFont());
            Fonts.Default = Family;
            _registered = true;
        }
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        fontName == Family ? Load(bold) : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Family ? Load(weight >= FontWeight.SemiBold) : null;

    /// <summary>The bytes of an embedded file.</summary>
    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(PlotFont).Assembly.GetManifestResourceStream($"ChestXray.Model.Reporting.Fonts.{name}")
            ?? throw new InvalidOperationException($"The font {name} is not in this build.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static SKTypeface Load(bool bold)
    {
        using SKData data = SKData.CreateCopy(Bytes(bold ? "Inter-SemiBold.ttf" : "Inter-Regular.ttf"));
        return SKTypeface.FromData(data);
    }
}

using System.Net;
using System.Text.RegularExpressions;
using ScottPlot;

namespace ChestXray.Model.Reporting;

/// <summary>Plots as SVG elements that live inside the page: its fonts, its colours, its width.</summary>
internal static partial class InlineSvg
{
    /// <summary>The element.</summary>
    /// <param name="plot">Drawn once.</param>
    /// <param name="width">Natural width in pixels; the page scales it.</param>
    /// <param name="height">Natural height in pixels.</param>
    /// <param name="id">Unique in the page, letters and digits: clip paths of several drawings must not share names.</param>
    /// <param name="words">What the plot shows, for those who don't see it.</param>
    public static string Of(Plot plot, int width, int height, string id, string words)
    {
        string svg = plot.GetSvgXml(width, height);
        string body = svg[(svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1)..svg.LastIndexOf("</svg>", StringComparison.Ordinal)];
        // The drawing library counts clip paths over the whole process; numbered by drawing, the same figures give the same page.
        Dictionary<string, int> clips = [];
        body = Ids().Replace(body, match =>
        {
            clips.TryAdd(match.Groups[2].Value, clips.Count);
            return $"{match.Groups[1].Value}{id}-{clips[match.Groups[2].Value]}";
        });
        body = Space().Replace(body, "");
        body = LongNumber().Replace(body, "$1");
        return $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(words)}\">{body}</svg>";
    }

    [GeneratedRegex("(id=\"|url\\(#)(cl_[0-9a-f]+)")]
    private static partial Regex Ids();

    [GeneratedRegex(@"(?<=>)\s+|\s+(?=<)")]
    private static partial Regex Space();

    [GeneratedRegex(@"(\d+\.\d\d)\d+")]
    private static partial Regex LongNumber();
}

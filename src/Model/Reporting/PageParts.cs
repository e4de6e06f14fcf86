using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Markup that several sections share.</summary>
internal static class PageParts
{
    /// <summary>The number of a model's colour in the style.</summary>
    public static int Color(int model) => model % PlotLook.SeriesCount;

    /// <summary>A cell with a figure and, small, its 95 % interval.</summary>
    public static string Cell(double? value, Interval? interval, Func<double?, string> format) =>
        $"<td>{format(value)}{Small(interval, format)}</td>";

    /// <summary>An interval under its figure; nothing where there is none.</summary>
    public static string Small(Interval? interval, Func<double?, string> format) =>
        interval is not { } range ? ""
        : format == PageText.Difference ? $"<small>{format(range.Low)} to {format(range.High)}</small>"
        : $"<small>{format(range.Low).Replace(" %", "")}\u2013{format(range.High).Replace(" %", "")}</small>";

    /// <summary>The legend of the models' colours.</summary>
    /// <param name="models">In the order of their colours.</param>
    /// <param name="mark">`dot` or empty for a line.</param>
    public static string Keys(IReadOnlyList<TrainedModel> models, string mark) => string.Concat(
        models.Select((model, i) => $"<span class=\"key c{PageParts.Color(i)}\"><i class=\"{mark}\"></i>{ReportPage.Safe(model.Name)}</span>"));

    /// <summary>A head cell per model, in its colour.</summary>
    public static string ModelHeads(IReadOnlyList<TrainedModel> models) => string.Concat(
        models.Select((model, i) => $"<th class=\"m c{PageParts.Color(i)}\" scope=\"col\">{ReportPage.Safe(model.ShortName)}</th>"));

    /// <summary>
    /// A table in a box of its own that scrolls where the screen is narrow; closed by `&lt;/table&gt;&lt;/div&gt;`.
    /// </summary>
    /// <param name="label">What it holds, for those who don't see it.</param>
    /// <param name="isSortable">
    /// Whether its columns get buttons that sort; where scripts are off the table stands as it is.
    /// </param>
    public static string OpenTable(string label, bool isSortable = true) =>
        $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{ReportPage.Safe(label)}\">" +
        $"<table{(isSortable ? " class=\"sortable\"" : "")}><caption class=\"unseen\">{ReportPage.Safe(label)}</caption>\n";

    /// <summary>A table of names and values; nothing where there are none.</summary>
    public static string Facts(string title, IReadOnlyList<NamedValue> values)
    {
        if (values.Count == 0)
            return "";

        StringBuilder text = new($"<div><h3>{title}</h3><table><caption class=\"unseen\">{title}</caption><tbody>");
        foreach (NamedValue value in values)
            text.Append($"<tr><th scope=\"row\">{ReportPage.Safe(value.Name)}</th><td>{ReportPage.Safe(value.Value)}</td></tr>");
        return text.Append("</tbody></table></div>").ToString();
    }
}

using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Markup that several sections share.</summary>
internal static class PageParts
{
    /// <summary>The legend of the models' colours.</summary>
    /// <param name="models">In the order of their colours.</param>
    /// <param name="mark">`dot` or empty for a line.</param>
    public static string Keys(IReadOnlyList<TrainedModel> models, string mark) => string.Concat(
        models.Select((model, i) => $"<span class=\"key c{i % 4}\"><i class=\"{mark}\"></i>{ReportPage.Safe(model.Loss)} loss</span>"));

    /// <summary>A head cell per model, in its colour.</summary>
    public static string ModelHeads(IReadOnlyList<TrainedModel> models) => string.Concat(
        models.Select((model, i) => $"<th class=\"m c{i % 4}\" scope=\"col\">{ReportPage.Safe(model.Loss)}</th>"));

    /// <summary>A table in a box of its own that scrolls where the screen is narrow; closed by `&lt;/table&gt;&lt;/div&gt;`.</summary>
    public static string OpenTable(string label, string classes = "") =>
        $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{ReportPage.Safe(label)}\">" +
        $"<table{(classes.Length > 0 ? $" class=\"{classes}\"" : "")}>\n";

    /// <summary>A table of names and values; nothing where there are none.</summary>
    public static string Facts(string title, IReadOnlyList<NamedValue> values)
    {
        if (values.Count == 0)
            return "";

        StringBuilder text = new($"<div><h3>{title}</h3><table><tbody>");
        foreach (NamedValue value in values)
            text.Append($"<tr><th scope=\"row\">{ReportPage.Safe(value.Name)}</th><td>{ReportPage.Safe(value.Value)}</td></tr>");
        return text.Append("</tbody></table></div>").ToString();
    }
}

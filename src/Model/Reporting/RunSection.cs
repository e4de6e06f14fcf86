namespace ChestXray.Model.Reporting;

/// <summary>Machine, options and figures of the run.</summary>
internal static class RunSection
{
    public static string Render(ReportData data) =>
        "<section id=\"run\">\n<h2>This run</h2>\n<div class=\"facts\">" +
        PageParts.Facts("Figures", data.Figures) + PageParts.Facts("Machine", data.Machine) + PageParts.Facts("Options", data.Options) +
        "</div>\n</section>";
}

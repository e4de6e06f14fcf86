namespace ChestXray.Model.Reporting;

/// <summary>Machine, options, software, figures and hashes of the run.</summary>
internal static class RunSection
{
    public static string Render(ReportData data) =>
        "<section id=\"run\">\n<h2>This run</h2>\n<div class=\"facts\">" +
        PageParts.Facts("Figures", data.Figures) + PageParts.Facts("Machine", data.Machine) +
        PageParts.Facts("Options", data.Options) + PageParts.Facts("Software", data.Software) +
        "</div><div class=\"hashes\">" + PageParts.Facts("SHA-256", data.Hashes) + "</div>\n</section>";
}

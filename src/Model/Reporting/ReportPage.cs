using System.Net;
using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Puts the page together: head, banners, sections, foot. The markup is well-formed XML.</summary>
internal sealed class ReportPage(ReportData data)
{
    private static readonly (string Id, string Name)[] _sections =
    [
        ("areas", "AUC"), ("roc", "ROC curves"), ("detection", "Detection and the two losses"), ("training", "Training"),
        ("report", "Precision, recall, F1"), ("data", "Data and split"), ("words", "What each measure means"), ("run", "This run"),
    ];

    /// <summary>Text for the page: markup characters escaped.</summary>
    public static string Safe(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The page.</summary>
    public string Render() =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; img-src data:"/>
        <link rel="icon" href="data:,"/>
        <title>{Safe(data.Title)}</title>
        <style>
        {FontFace("Inter", 400, "Inter-Regular.ttf")}
        {FontFace("Inter", 600, "Inter-SemiBold.ttf")}
        {FontFace("JetBrains Mono", 400, "JetBrainsMono-Regular.ttf")}
        {Resource("report.css")}
        </style>
        </head>
        <body>
        {Header()}
        <main>
        {OverviewSection.Render(data)}
        {AreaSection.Render(data)}
        {RocSection.Render(data)}
        {DetectionSection.Render(data)}
        {TrainingSection.Render(data)}
        {ScoresSection.Render(data)}
        {DataSection.Render(data)}
        {WordsSection.Render(data)}
        {RunSection.Render(data)}
        </main>
        <footer><p>Made by ChestXray on {data.Made:yyyy-MM-dd HH:mm} (UTC{data.Made:zzz}). Not for medical use.</p></footer>
        </body>
        </html>

        """;

    private string Header()
    {
        StringBuilder text = new();
        text.Append($"<header>\n<h1>{Safe(data.Title)}</h1>\n<p class=\"muted\">{Safe(data.DataSource)}</p>\n");
        if (data.IsPhantom)
        {
            text.Append("<p class=\"banner\"><b>PHANTOM DATA.</b> The images were drawn by this program to show that everything works. " +
                "No figure on this page says anything about real radiographs.</p>\n");
        }

        text.Append("<p class=\"banner\"><b>Not for medical use.</b> A research result on noisy labels; no diagnosis may rest on it.</p>\n");
        text.Append("<nav aria-label=\"Sections\">");
        foreach ((string id, string name) in _sections)
            text.Append($"<a href=\"#{id}\">{name}</a>");
        return text.Append("</nav>\n</header>").ToString();
    }

    private static string FontFace(string family, int weight, string file) =>
        $"@font-face {{ font-family: \"{family}\"; font-weight: {weight}; " +
        $"src: url(data:font/ttf;base64,{Convert.ToBase64String(PlotFont.Bytes(file))}) format(\"truetype\"); }}";

    private static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"ChestXray.Model.Reporting.Page.{name}")
            ?? throw new InvalidOperationException($"The page's part {name} is not in this build.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}

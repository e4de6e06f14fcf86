using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>What every page has: head, banners, ways to the sections, foot. The markup is well-formed XML.</summary>
/// <param name="Title">As text; escaped here.</param>
/// <param name="Subtitle">As text; escaped here.</param>
/// <param name="IsPhantom">Whether drawn images are in it.</param>
/// <param name="Made">When the figures were made.</param>
internal sealed record PageFrame(string Title, string Subtitle, bool IsPhantom, DateTimeOffset Made)
{
    /// <summary>The page.</summary>
    /// <param name="sections">
    /// Identity, name in the list of sections (empty: not in it) and markup; those without markup are left out.
    /// </param>
    public string Render(IReadOnlyList<(string Id, string Name, string Markup)> sections)
    {
        (string Id, string Name, string Markup)[] shown = [.. sections.Where(section => section.Markup.Length > 0)];
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; img-src data:"/>
            <link rel="icon" href="data:,"/>
            <title>{ReportPage.Safe(Title)}</title>
            <style>
            {FontFace("Inter", 400, "Inter-Regular.ttf")}
            {FontFace("Inter", 600, "Inter-SemiBold.ttf")}
            {FontFace("JetBrains Mono", 400, "JetBrainsMono-Regular.ttf")}
            {Resource("report.css")}
            </style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the figures</a>
            {Header(shown)}
            <main id="content">
            {string.Join('\n', shown.Select(section => section.Markup))}
            </main>
            <p id="said" class="unseen" role="status"></p>
            <footer><p>Made by ChestXray on {Made:yyyy-MM-dd HH:mm} (UTC{Made:zzz}). Not for medical use.</p></footer>
            <script>
            {Resource("report.js")}
            </script>
            </body>
            </html>

            """;
    }

    private string Header((string Id, string Name, string Markup)[] sections)
    {
        StringBuilder text = new();
        text.Append($"<header>\n<h1>{ReportPage.Safe(Title)}</h1>\n<p class=\"muted\">{ReportPage.Safe(Subtitle)}</p>\n");
        if (IsPhantom)
        {
            text.Append("<p class=\"banner\"><b>PHANTOM DATA.</b> The images were drawn by this program to show that everything works. " +
                "No figure on this page says anything about real radiographs.</p>\n");
        }

        text.Append("<p class=\"banner\"><b>Not for medical use.</b> A research result on noisy labels; no diagnosis may rest on it.</p>\n");
        text.Append("<nav aria-label=\"Sections\">");
        foreach ((string id, string name, _) in sections.Where(section => section.Name.Length > 0))
            text.Append($"<a href=\"#{id}\">{name}</a>");
        return text.Append("</nav>\n</header>").ToString();
    }

    private static string FontFace(string family, int weight, string file) =>
        $"@font-face {{ font-family: \"{family}\"; font-weight: {weight}; " +
        $"src: url(data:font/ttf;base64,{Convert.ToBase64String(PlotFont.Bytes(file))}) format(\"truetype\"); }}";

    private static string Resource(string name)
    {
        using Stream stream = typeof(PageFrame).Assembly.GetManifestResourceStream($"ChestXray.Model.Reporting.Page.{name}")
            ?? throw new InvalidOperationException($"The page's part {name} is not in this build.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}

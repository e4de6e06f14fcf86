using System.Diagnostics;
using ChestXray.Model.Tests.Jobs;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Exploration;

public sealed class InspectionBrowserTests : IDisposable
{
    /// <summary>Runs after everything else and leaves what it finds in the document's title.</summary>
    private const string Probe =
        "<script>document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; });" +
        "Promise.all([...document.images].map(image => image.decode())).then(() => { document.title = JSON.stringify({ wide: document.documentElement.scrollWidth - innerWidth, " +
        "requests: performance.getEntriesByType('resource').filter(entry => !entry.name.startsWith('data:')).length, " +
        "plots: document.querySelectorAll('svg').length, " +
        "hidden: [...document.querySelectorAll('svg, section img')].filter(seen => 50 > seen.getBoundingClientRect().width).length, " +
        "empty: [...document.images].filter(image => image.naturalWidth !== 112).length }); });</script></body>";

    private readonly TemporaryFolder _folder = new();

    private static string? Browser { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => (string[])[Path.Combine(folder, "chromium"), Path.Combine(folder, "google-chrome")]).FirstOrDefault(File.Exists);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_browser_shows_every_plot_and_picture_of_the_page_and_has_nothing_to_say()
    {
        Assert.SkipUnless(Browser is not null, "needs chromium on the path");
        string data = Path.Combine(_folder.Path, "data");
        PhantomSet.Write(data, new() { Images = 120, Side = 112 });
        InspectionJobResult result = InspectionJob.Run(
            new() { DataFolder = data, CacheFolder = Path.Combine(_folder.Path, "cache"), OutFolder = Path.Combine(_folder.Path, "out"), Layout = new(112) }, new Listener());
        string path = _folder.Write("page.html", File.ReadAllText(result.PagePath).Replace("</body>", Probe));
        foreach (int width in (int[])[500, 1440])
        {
            (string document, string log) = Open(path, width);
            Assert.Contains("<title>{\"wide\":0,\"requests\":0,\"plots\":11,\"hidden\":0,\"empty\":0}</title>", document);
            Assert.DoesNotContain("CONSOLE", log);
        }
    }

    private (string Document, string Log) Open(string path, int width)
    {
        ProcessStartInfo start = new(Browser!)
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--hide-scrollbars", $"--user-data-dir={_folder.Path}/profile",
                $"--window-size={width},900", "--virtual-time-budget=20000", "--dump-dom", new Uri(path).AbsoluteUri,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> log = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string document = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (document, log.Result);
    }
}

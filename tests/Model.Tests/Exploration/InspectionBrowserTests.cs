using System.Text.Json.Nodes;
using ChestXray.Model.Tests.Jobs;
using ChestXray.Model.Tests.Reporting;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Exploration;

public sealed class InspectionBrowserTests : IDisposable
{
    /// <summary>Pictures far down are loaded when they are seen; this sees them all. True once they are there.</summary>
    private const string AreLoaded =
        "[...document.images].map(image => { image.loading = 'eager'; return image.complete; }).every(done => done)";

    private const string Sight =
        """
        { wide: document.documentElement.scrollWidth - document.documentElement.clientWidth, plots: document.querySelectorAll('svg').length,
          hidden: [...document.querySelectorAll('svg, section img')].filter(seen => seen.getBoundingClientRect().width < 50).length,
          empty: [...document.images].filter(image => image.naturalWidth !== 112).length }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_plot_and_picture_is_in_the_page_and_a_browser_where_there_is_one_shows_them_without_a_word()
    {
        string data = Path.Combine(_folder.Path, "data");
        PhantomSet.Write(data, new() { Images = 120, Side = 112 });
        InspectionJobResult result = InspectionJob.Run(
            new() { DataFolder = data, CacheFolder = Path.Combine(_folder.Path, "cache"), OutFolder = Path.Combine(_folder.Path, "out"), Layout = new(112) }, new Listener());
        string page = await File.ReadAllTextAsync(result.PagePath, TestContext.Current.CancellationToken);
        Assert.Equal(11, page.Split("<svg").Length - 1);
        Assert.DoesNotMatch(HtmlReportTests.Outside(), page);
        Assert.Equal(page.Split("<img").Length, page.Split("src=\"data:image/jpeg;base64,").Length);
        if (!Chromium.IsAtHand())
            return;
        foreach ((int width, bool dark) in ((int, bool)[])[(360, false), (360, true), (1440, false), (1440, true)])
        {
            using Chromium browser = await Chromium.Start(Path.Combine(_folder.Path, $"{width}-{dark}"));
            await browser.Open(result.PagePath, width, dark);
            while (!(await browser.Evaluate(AreLoaded)).GetValue<bool>())
                await Task.Delay(20, TestContext.Current.CancellationToken);
            JsonNode found = await browser.Evaluate(Sight);
            Assert.Equal("""{"wide":0,"plots":11,"hidden":0,"empty":0}""", found.ToJsonString());
            Assert.Single(browser.Requests);
            Assert.Empty(browser.Messages);
        }
    }
}

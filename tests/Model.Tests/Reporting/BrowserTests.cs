using System.Text.Json.Nodes;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Reporting;

public sealed class BrowserTests : IDisposable
{
    private const string Sight =
        """
        { width: innerWidth, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth, ground: getComputedStyle(document.body).backgroundColor,
          plots: document.querySelectorAll('svg').length, broken: [...document.images].filter(image => image.naturalWidth !== 128).length,
          hidden: [...document.querySelectorAll('svg')].filter(svg => {
            const box = svg.getBoundingClientRect(); return box.width < 50 || box.height < 50 || !svg.querySelector('path, rect, circle, line'); }).length }
        """;

    private const string Sorting =
        """
        (() => { const table = document.querySelector('table.sortable'), button = table.tHead.querySelectorAll('button')[3];
          button.focus(); button.click();
          const column = [...table.tBodies[0].rows].map(row => parseFloat(row.cells[4].firstChild.textContent));
          return { focused: document.activeElement === button, sort: button.parentNode.getAttribute('aria-sort'),
            said: document.getElementById('said').textContent, column }; })()
        """;

    private static readonly Lazy<string> _page = new(() => HtmlReport.Render(SampleReport.Make(isPhantom: false)));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(360, false)]
    [InlineData(360, true)]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    public async Task A_browser_shows_every_plot_asks_for_nothing_and_has_nothing_to_say_on_its_console(int width, bool dark)
    {
        using Chromium browser = await Open(width, dark);
        JsonNode found = await browser.Evaluate(Sight);

        Assert.Equal(width, found["width"]!.GetValue<int>());
        Assert.Equal(0, found["wide"]!.GetValue<int>());
        Assert.Equal(dark ? "rgb(17, 21, 26)" : "rgb(245, 246, 248)", found["ground"]!.GetValue<string>());
        Assert.Equal(3 * 14 + 2 + 10, found["plots"]!.GetValue<int>());
        Assert.Equal(0, found["hidden"]!.GetValue<int>());
        Assert.Equal(0, found["broken"]!.GetValue<int>());
        Assert.InRange((await browser.Screenshot(900)).Length, 20_000, 5_000_000);
        Assert.EndsWith("page.html", Assert.Single(browser.Requests));
        Assert.Empty(browser.Messages);
    }

    [Fact]
    public async Task A_button_in_a_tables_head_sorts_it_and_says_so()
    {
        using Chromium browser = await Open(1440, dark: false);
        JsonNode found = await browser.Evaluate(Sorting);

        Assert.True(found["focused"]!.GetValue<bool>());
        Assert.Equal("descending", found["sort"]!.GetValue<string>());
        Assert.StartsWith("Sorted by weighted", found["said"]!.GetValue<string>());
        double[] column = [.. found["column"]!.AsArray().Select(value => value?.GetValue<double>() ?? double.NegativeInfinity)];
        Assert.Equal(14, column.Length);
        Assert.Equal(column.OrderDescending(), column);
        Assert.Empty(browser.Messages);
    }

    private async Task<Chromium> Open(int width, bool dark)
    {
        Assert.SkipUnless(Chromium.Path is not null, "needs chromium on the path");
        string path = _folder.Write("page.html", _page.Value);
        Chromium browser = await Chromium.Start(_folder.Path);
        await browser.Open(path, width, dark);
        return browser;
    }
}

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
    public async Task The_page_has_every_plot_and_asks_for_nothing_and_a_browser_where_there_is_one_shows_it_without_a_word(int width, bool dark)
    {
        Assert.Equal(3 * 14 + 2 + 10, Count("<svg"));
        Assert.DoesNotMatch(HtmlReportTests.Outside(), _page.Value);
        using Chromium? browser = await Open(width, dark);
        if (browser is null)
            return;
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
    public async Task Tables_can_be_sorted_and_where_there_is_a_browser_a_button_in_the_head_does_it_and_says_so()
    {
        Assert.Contains("aria-sort", _page.Value, StringComparison.Ordinal);
        Assert.Contains("class=\"sortable\"", _page.Value, StringComparison.Ordinal);
        using Chromium? browser = await Open(1440, dark: false);
        if (browser is null)
            return;
        JsonNode found = await browser.Evaluate(Sorting);

        Assert.True(found["focused"]!.GetValue<bool>());
        Assert.Equal("descending", found["sort"]!.GetValue<string>());
        Assert.StartsWith("Sorted by weighted", found["said"]!.GetValue<string>());
        double[] column = [.. found["column"]!.AsArray().Select(value => value?.GetValue<double>() ?? double.NegativeInfinity)];
        Assert.Equal(14, column.Length);
        Assert.Equal(column.OrderDescending(), column);
        Assert.Empty(browser.Messages);
    }

    private static int Count(string text) => _page.Value.Split(text).Length - 1;

    /// <summary>The page in a browser; null, with a warning, where there is none.</summary>
    private async Task<Chromium?> Open(int width, bool dark)
    {
        if (!Chromium.IsAtHand())
            return null;
        string path = _folder.Write("page.html", _page.Value);
        Chromium browser = await Chromium.Start(_folder.Path);
        await browser.Open(path, width, dark);
        return browser;
    }
}

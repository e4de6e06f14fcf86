using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Reporting;

public sealed partial class HtmlReportTests
{
    [Fact]
    public void The_page_is_well_formed_and_small()
    {
        string page = HtmlReport.Render(SampleReport.Make(isPhantom: false));
        _ = Parse(page);
        Assert.InRange(page.Length, 100_000, 5_000_000);
    }

    [Fact]
    public void The_page_asks_for_nothing_from_outside()
    {
        string page = HtmlReport.Render(SampleReport.Make(isPhantom: true));

        Assert.DoesNotMatch(Outside(), page);
        Assert.All(
            Parse(page).Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href"),
            attribute => Assert.Matches("^(#|data:)", attribute.Value));
    }

    [Fact]
    public void Phantom_data_are_announced_where_they_were_used_and_only_there()
    {
        Assert.Contains("PHANTOM DATA", HtmlReport.Render(SampleReport.Make(isPhantom: true)));
        Assert.DoesNotContain("PHANTOM", HtmlReport.Render(SampleReport.Make(isPhantom: false)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_page_says_that_it_is_not_for_medical_use(bool isPhantom) =>
        Assert.Contains("Not for medical use", HtmlReport.Render(SampleReport.Make(isPhantom)));

    [Fact]
    public void Every_finding_has_its_row_in_each_table_and_its_curve()
    {
        XElement page = Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false)));

        foreach (string section in (string[])["areas", "detection", "data"])
        {
            string[] rows = [.. Section(page, section).Descendants("tbody").Elements("tr")
                .Select(row => row.Elements("th").First().Value)];
            Assert.Equal(Findings.Names.Select(name => name.Replace('_', ' ')), rows.Take(Findings.Count));
        }

        Assert.Equal(Findings.Count, Section(page, "roc").Descendants("svg").Count());
        Assert.Equal(10, Section(page, "training").Descendants("svg").Count());
        Assert.Equal(2, Section(page, "report").Descendants("pre").Count());
    }

    [Fact]
    public void The_tables_show_the_results()
    {
        ReportData data = SampleReport.Make(isPhantom: false);
        XElement page = Parse(HtmlReport.Render(data));

        XElement mass = Section(page, "areas").Descendants("tr").First(row => row.Element("th")?.Value == "Mass");
        FindingResult result = data.Models[0].Result.PerDisease["Mass"];
        Assert.Equal(result.Positives.ToString(), mass.Elements("td").ElementAt(1).Value);
        Assert.StartsWith(result.RocAuc!.Value.ToString("0.000"), mass.Elements("td").ElementAt(3).Value);
        Assert.Equal(data.Models[1].Result.ClassificationReport, Section(page, "report").Descendants("pre").Last().Value);

        XElement all = Section(page, "detection").Descendants("tfoot").Single();
        Assert.StartsWith($"{data.Models[0].Result.DetectedPositivePercentAtHalf:0.0} %", all.Descendants("td").First().Value);
        Assert.Equal(6, all.Descendants("td").Count());
    }

    [Fact]
    public void An_undefined_area_is_a_dash_and_the_mean_says_how_many_findings_it_has()
    {
        XElement page = Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false)));
        XElement hernia = Section(page, "areas").Descendants("tr").First(row => row.Element("th")?.Value == "Hernia");
        Assert.Equal("\u2013", hernia.Elements("td").ElementAt(3).Value);
        Assert.Contains("of 13 findings", Section(page, "areas").Descendants("tfoot").Single().Value);
    }

    [Fact]
    public void Text_from_outside_is_escaped()
    {
        XElement page = Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false)));
        Assert.Equal("ChestXray run <1> & \"2\"", page.Descendants("h1").Single().Value);
        Assert.Contains("cpu <2 cores>", Section(page, "run").Value);
    }

    [Fact]
    public void Names_inside_the_drawings_are_unique_in_the_page()
    {
        string[] ids = [.. Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false))).Descendants().Attributes("id")
            .Select(id => id.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void One_model_alone_and_one_without_history_make_a_page()
    {
        ReportData one = SampleReport.Make(isPhantom: false, withPlain: false);
        _ = Parse(HtmlReport.Render(one));
        string page = HtmlReport.Render(one with { Models = [one.Models[0] with { History = [] }], TrainingPrevalence = null });
        Assert.Contains("was not recorded", page);
    }

    [Fact]
    public void Losses_that_are_not_finite_leave_gaps_and_no_error()
    {
        ReportData data = SampleReport.Make(isPhantom: false);
        EpochMetrics[] history = [.. data.Models[0].History];
        history[2] = history[2] with { Validation = history[2].Validation with { Loss = double.NaN } };
        history[3] = history[3] with { Train = history[3].Train with { Loss = double.PositiveInfinity } };
        _ = Parse(HtmlReport.Render(data with { Models = [data.Models[0] with { History = history }] }));
    }

    [Fact]
    public void Lists_that_do_not_fit_the_findings_are_refused()
    {
        ReportData data = SampleReport.Make(isPhantom: false);
        Assert.Throws<ArgumentException>(() => HtmlReport.Render(data with { Models = [] }));
        Assert.Throws<ArgumentException>(() => HtmlReport.Render(data with { TrainingPrevalence = [0.1] }));
        Assert.Throws<ArgumentException>(() => HtmlReport.Render(data with { Sets = [new("train", 1, 1, 1, [1])] }));
    }

    [Fact]
    public void A_page_of_shared_predictions_shows_their_published_mean()
    {
        Predictions test = Scoring.Read(
            SharedData.Require("golden/predictions.csv.gz"), SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));
        ReportData data = SampleReport.Make(isPhantom: false);
        string page = HtmlReport.Render(data with { Models = [new("published", [], -1, test, Evaluator.Evaluate(test))] });
        Assert.Equal("0.838", Section(Parse(page), "overview").Descendants("p").First(p => p.Attribute("class")?.Value == "big")
            .Value);
        Assert.InRange(page.Length, 100_000, 5_000_000);
    }

    [Fact]
    public void Curves_calibration_thresholds_groups_and_the_paired_test_have_their_sections()
    {
        XElement page = Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false)));
        Assert.Equal(Findings.Count, Section(page, "precision-recall").Descendants("svg").Count());
        Assert.Equal(Findings.Count, Section(page, "calibration").Descendants("svg").Count());
        Assert.Equal(2, Section(page, "detection").Descendants("svg").Count());
        Assert.Equal(2, Section(page, "thresholds").Descendants("table").Count());
        Assert.Contains("PA view", Section(page, "subgroups").Value);
        Assert.Contains("mean", Section(page, "paired").Descendants("tfoot").Single().Value);
        Assert.Contains("0123456789abcdef", Section(page, "run").Value);
    }

    [Fact]
    public void Images_stand_in_the_page_itself_with_words()
    {
        XElement[] images = [
            .. Section(Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false))), "images").Descendants("img")];
        Assert.Equal(2, images.Length);
        Assert.StartsWith("data:image/jpeg;base64,/9j/", images[0].Attribute("src")!.Value);
        Assert.Equal("00000001_000.png, labelled Mass, Nodule: 0.870 for Mass", images[0].Attribute("alt")!.Value);
        Assert.DoesNotContain("id=\"images\"", HtmlReport.Render(SampleReport.Make(isPhantom: false) with { Samples = [] }));
    }

    [Fact]
    public void Every_way_to_a_section_leads_to_one_and_every_plot_and_table_has_words()
    {
        XElement page = Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false)));
        string[] sections = [.. page.Descendants("section").Attributes("id").Select(id => id.Value)];
        Assert.Equal(sections.Where(id => id != "overview"),
            page.Descendants("nav").Elements("a").Select(way => way.Attribute("href")!.Value[1..]));
        Assert.All(page.Descendants("svg"), plot => Assert.False(string.IsNullOrWhiteSpace(plot.Attribute("aria-label")?.Value)));
        Assert.All(page.Descendants("table"), table => Assert.False(string.IsNullOrWhiteSpace(table.Element("caption")?.Value)));
        Assert.All(page.Descendants("th"), head => Assert.NotNull(head.Attribute("scope")));
        Assert.All(page.Descendants("section"), section => Assert.Single(section.Elements("h2")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Published_figures_stand_beside_the_run_in_the_table_of_its_own_split_only(bool isOfficial)
    {
        XElement page = Parse(HtmlReport.Render(SampleReport.Make(isPhantom: false) with { IsOfficialSplit = isOfficial }));
        XElement[] tables = [.. Section(page, "field").Descendants("table")];
        Assert.Equal(2, tables.Length);
        foreach ((XElement table, bool ofOfficial) in new[] { (tables[0], false), (tables[1], true) })
        {
            string heads = table.Element("thead")!.Value;
            Assert.Equal(ofOfficial == isOfficial, heads.Contains("this run", StringComparison.Ordinal));
            foreach (PublishedResult result in PublishedResult.All.Where(result => result.Name is "DacNet" or "AE-CNN"))
                Assert.Equal(result.IsOfficialSplit == ofOfficial, heads.Contains(result.Name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Phantoms_are_not_laid_beside_published_figures() =>
        Assert.DoesNotContain("CheXNet", HtmlReport.Render(SampleReport.Make(isPhantom: true)));

    [Fact]
    public void Thresholds_tuned_on_the_test_set_are_marked_where_they_are_shown()
    {
        ReportData data = SampleReport.Make(isPhantom: false);
        TrainedModel model = data.Models[0];
        EvaluationResult tuned = Evaluator.Evaluate(model.Test, new() { Thresholds = ChosenThresholds.HighestF1(model.Test), BootstrapDraws = 0 });
        XElement page = Parse(HtmlReport.Render(data with { Models = [model with { Result = tuned }] }));
        Assert.Contains("300 test patients took part in this choice", Section(page, "thresholds").Value);
        Assert.Contains("too good", Section(page, "overview").Value);
    }

    private static XElement Parse(string page) => XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Root!;

    private static XElement Section(XElement page, string id) =>
        page.Descendants("section").Single(section => section.Attribute("id")?.Value == id);

    [GeneratedRegex("(src|href|url|@import)[=( \"']+(https?:)?//", RegexOptions.IgnoreCase)]
    internal static partial Regex Outside();
}

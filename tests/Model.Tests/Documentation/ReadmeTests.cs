using System.Text.RegularExpressions;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Documentation;

public partial class ReadmeTests
{
    private static readonly string _readme = File.ReadAllText(Path.Combine(SharedData.Repository, "README.md"));

    [Fact]
    public void The_sample_in_the_readme_is_the_one_that_compiles_here()
    {
        string source = File.ReadAllText(Path.Combine(SharedData.Repository, "tests/Model.Tests/Documentation/ReadmeSample.cs"));
        string[] lines = source[(source.IndexOf("// README {", StringComparison.Ordinal) + 12)..source.IndexOf("        // README }", StringComparison.Ordinal)]
            .Split('\n').Select(line => line.Length > 8 ? line[8..] : line).ToArray();
        Assert.Contains(string.Join('\n', lines).Trim(), _readme);
    }

    [Fact]
    public void The_sample_runs_and_gives_standardised_samples_that_differ()
    {
        using TemporaryFolder folder = new();
        string phantoms = Path.Combine(folder.Path, "phantoms");
        PhantomSet.Write(phantoms, new() { Images = 60, Side = 128 });

        float[] batch = ReadmeSample.Run(Directory.GetFiles(phantoms, "*.png", SearchOption.AllDirectories)[0]);

        Assert.All(batch, value => Assert.InRange(value, -139f / 62 - 0.01f, 116f / 62 + 0.01f));
        Assert.NotEqual(batch[..(224 * 224)], batch[(224 * 224)..(2 * 224 * 224)]);
    }

    [Fact]
    public void Every_page_that_a_page_names_is_there()
    {
        foreach (string page in Directory.GetFiles(SharedData.Repository, "*.md").Concat(
            Directory.GetFiles(Path.Combine(SharedData.Repository, "docs"), "*.md", SearchOption.AllDirectories)))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                string target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value);
                Assert.True(File.Exists(target)
                    || Directory.Exists(target), $"{page} names {link.Groups[1].Value}, which is not there.");
            }
        }
    }

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}

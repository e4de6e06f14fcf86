using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>What an inspection says of real radiographs: little, and right where somebody looked.</summary>
public sealed class RealSetTests(ITestOutputHelper output)
{
    [Fact]
    public void Of_1000_radiographs_few_are_named()
    {
        QualityProblem[] problems = Inspect("nih-256");

        Assert.Equal(("same-file", "00002658_002.png"),
            problems.Where(problem => problem.Other is not null).Select(problem => (problem.Code, problem.Name)).Single());
        Assert.Contains(problems, problem => problem is { Code: "rotated", Name: "00003490_011.png" });
        Assert.InRange(problems.Count(problem => problem.Code is "rotated" or "inverted"), 1, 4);
        Assert.InRange(problems.Count(problem => problem.Code == "mirrored"), 0, 5);
        Assert.Equal(5, problems.Count(problem => problem.Code == "too-bright"));
        Assert.InRange(problems.Length, 0, 15);
    }

    [Fact]
    public void Of_the_original_files_the_four_with_alpha_are_named_and_nothing_is_a_fault()
    {
        QualityProblem[] problems = Inspect("nih-original");

        Assert.Equal(
            ["00000773_001.png", "00001054_002.png", "00004808_003.png", "00005435_000.png"],
            problems.Where(problem => problem.Code == "alpha").Select(problem => problem.Name));
        Assert.DoesNotContain(problems, problem => problem.Severity == ProblemSeverity.Fault);
        Assert.InRange(problems.Count(problem => problem.Severity == ProblemSeverity.Suspect), 1, 3);
    }

    private QualityProblem[] Inspect(string folder)
    {
        using PlantedSet set = new(SharedData.Require(folder));
        InspectionResult result = set.Inspect(new(224));
        foreach (QualityProblem problem in result.Problems)
            output.WriteLine($"{problem.Code}: {problem.What}");
        output.WriteLine($"mirror separation {result.MirrorSeparation:0.00}");
        return [.. result.Problems];
    }
}

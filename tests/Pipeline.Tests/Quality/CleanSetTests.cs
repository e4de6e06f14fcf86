namespace ChestXray.Pipeline.Tests.Quality;

public sealed class CleanSetTests(PhantomSource source) : IClassFixture<PhantomSource>
{
    [Fact]
    public void A_clean_set_raises_no_alarm()
    {
        using PlantedSet set = new(source.Folder);
        InspectionResult result = set.Inspect();

        Assert.Equal(120, result.Images.Count);
        Assert.All(result.Problems, problem => Assert.True(problem is { Severity: ProblemSeverity.Note, Code: "alpha" }, $"{problem.Code}: {problem.What}"));
        Assert.True(result.MirrorSeparation > 2, $"mirror separation {result.MirrorSeparation}");
    }
}

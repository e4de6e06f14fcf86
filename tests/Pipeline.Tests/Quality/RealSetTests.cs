using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>What an inspection says of real radiographs.</summary>
public sealed class RealSetTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("nih-256")]
    [InlineData("nih-original")]
    public void Report(string folder)
    {
        using PlantedSet set = new(SharedData.Require(folder));
        InspectionResult result = set.Inspect(new(224));
        foreach (IGrouping<string, QualityProblem> code in result.Problems.GroupBy(problem => problem.Code))
        {
            output.WriteLine($"{code.Key}: {code.Count()}");
            foreach (QualityProblem problem in code.Take(12))
                output.WriteLine("   " + problem.What);
        }

        output.WriteLine($"{result.Release} mirror {result.MirrorSeparation:0.00} compared {result.ComparedPairs} times {result.HeaderTime.TotalMilliseconds:0} {result.RecordTime.TotalMilliseconds:0} {result.SearchTime.TotalMilliseconds:0} ms");
        foreach ((string form, int files) in result.Forms)
            output.WriteLine($"{files} {form}");
    }
}

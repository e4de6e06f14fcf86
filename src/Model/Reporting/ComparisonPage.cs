namespace ChestXray.Model.Reporting;

internal static class ComparisonPage
{
    public static string Render(RunComparison comparison) => comparison.ToJson();
}

using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>An inspection as a few lines of text.</summary>
internal static class InspectionTexts
{
    private const int Named = 3;

    public static void Close(IJobObserver observer, InspectionJobResult result)
    {
        DataSetTables tables = result.Tables;
        observer.Say($"{tables.Images:N0} images of {tables.Patients:N0} patients, at most {tables.MostImages:N0} of one patient.");
        observer.Say($"{"finding",-20}{"images",10}{"",9}{"patients",12}{"",9}");
        for (int i = 0; i < Findings.Count; i++)
            Line(observer, tables, Findings.Names[i], tables.ByFinding[i]);
        Line(observer, tables, Findings.NoFinding, tables.NoFinding);
        observer.Say("An image, and a patient, can have several findings.");
        observer.Say("");
        observer.Say(result.Inspection.Release);
        foreach ((string form, int files) in result.Inspection.Forms.Take(Named))
            observer.Say($"{files,10:N0} files: {form}");
        observer.Say("");
        Problems(observer, result);
        Times(observer, result);
        observer.Say($"Page: {result.PagePath}");
        observer.Say($"Every problem and every table: {result.JsonPath}");
        if (result.ExclusionPath is not null)
            observer.Say($"{result.LeaveOut:N0} images to leave out: {result.ExclusionPath} (edit it, then `train --exclude {result.ExclusionPath}`)");
        observer.Say("Not for medical use.");
    }

    private static void Problems(IJobObserver observer, InspectionJobResult result)
    {
        IReadOnlyList<QualityProblem> problems = result.Inspection.Problems;
        observer.Say(
            $"{problems.Count(problem => problem.Severity == ProblemSeverity.Fault):N0} faults, {problems.Count(problem => problem.Severity == ProblemSeverity.Suspect):N0} " +
            $"suspects, {problems.Count(problem => problem.Severity == ProblemSeverity.Note):N0} notes.");
        foreach (IGrouping<string, QualityProblem> code in problems.GroupBy(problem => problem.Code)
            .OrderByDescending(group => group.First().Severity).ThenByDescending(group => group.Count()))
        {
            QualityProblem first = code.First();
            observer.Say($"{first.Severity.ToString().ToLowerInvariant(),-8}{code.Count(),7:N0} x {code.Key}: {first.Remedy}");
            foreach (QualityProblem problem in code.Take(Named))
                observer.Say($"              {problem.What}");
        }
    }

    private static void Times(IJobObserver observer, InspectionJobResult result)
    {
        InspectionResult inspection = result.Inspection;
        string preparation = result.Preparation.Decoded == 0
            ? "every record was there"
            : $"{result.Preparation.Decoded:N0} images decoded in {result.Preparation.Elapsed.TotalSeconds:0.00} s";
        observer.Say("");
        observer.Say(
            $"Preparation: {preparation}. Inspection: {inspection.Elapsed.TotalSeconds:0.00} s (headers {inspection.HeaderTime.TotalSeconds:0.00}, pixels " +
            $"{inspection.RecordTime.TotalSeconds:0.00}, copies, orientation and labels {inspection.SearchTime.TotalSeconds:0.00}).");
    }

    private static void Line(IJobObserver observer, DataSetTables tables, string name, DataSetTables.Count count) => observer.Say(
        $"{name,-20}{count.Images,10:N0}{100.0 * count.Images / Math.Max(1, tables.Images),7:0.0} %{count.Patients,12:N0}{100.0 * count.Patients / Math.Max(1, tables.Patients),7:0.0} %");
}

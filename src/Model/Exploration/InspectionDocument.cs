using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>An inspection as one JSON document: every problem and every table.</summary>
internal static class InspectionDocument
{
    public static string Write(InspectionJobResult result) => JobJson.Write(new Dictionary<string, object?>
    {
        ["phantom_data"] = result.IsPhantom,
        ["not_for_medical_use"] = true,
        ["data"] = result.Index.Folder,
        ["labels"] = result.Index.Labels.SourcePath,
        ["release"] = result.Inspection.Release,
        ["images"] = result.Tables.Images,
        ["patients"] = result.Tables.Patients,
        ["records"] = result.Inspection.Images.Count,
        ["store"] = result.Preparation.Folder,
        ["decoded"] = result.Preparation.Decoded,
        ["seconds"] = new
        {
            preparation = result.Preparation.Elapsed.TotalSeconds,
            headers = result.Inspection.HeaderTime.TotalSeconds,
            records = result.Inspection.RecordTime.TotalSeconds,
            search = result.Inspection.SearchTime.TotalSeconds,
        },
        ["forms"] = result.Inspection.Forms.Select(form => new { form = form.Form, files = form.Files }),
        ["mirror_separation"] = result.Inspection.MirrorSeparation,
        ["compared_pairs"] = result.Inspection.ComparedPairs,
        ["leave_out"] = result.LeaveOut,
        ["problem_counts"] = result.Inspection.Problems.CountBy(problem => problem.Code)
            .ToDictionary(pair => pair.Key, pair => pair.Value),
        ["problems"] = result.Inspection.Problems.Select(problem => new
        {
            code = problem.Code,
            severity = problem.Severity,
            name = problem.Name,
            patient = problem.PatientId,
            other = problem.Other,
            what = problem.What,
            remedy = problem.Remedy,
            leave_out = problem.LeaveOut,
        }),
        ["tables"] = Tables(result.Tables),
        ["split"] = result.SplitWords,
        ["sets"] = result.Sets.ToDictionary(set => set.Key.ToString().ToLowerInvariant(), set => Tables(set.Value)),
        ["label_reliability"] = LabelReliability.Reviewed.Select(row => new
        {
            finding = row.Finding,
            positive_predictive_value = row.Precision,
            sensitivity = row.Sensitivity,
            kappa = row.Kappa,
        }),
    });

    private static object Tables(DataSetTables tables) => new
    {
        images = tables.Images,
        patients = tables.Patients,
        no_finding = Count(tables.NoFinding),
        findings = Findings.Names.Select((name, i) => new
        {
            finding = name,
            images = tables.ByFinding[i].Images,
            image_percent = Percent(tables.ByFinding[i].Images, tables.Images),
            negative_images = tables.Images - tables.ByFinding[i].Images,
            patients = tables.ByFinding[i].Patients,
            patient_percent = Percent(tables.ByFinding[i].Patients, tables.Patients),
        }),
        by_number_of_findings = tables.ByFindings.Select((count, number) => new { findings = number, images = count.Images, patients = count.Patients }),
        together_in_images = tables.TogetherInImages,
        together_in_patients = tables.TogetherInPatients,
        by_age = tables.ByAge.Select(Group),
        by_sex = tables.BySex.Select(Group),
        by_view = tables.ByView.Select(Group),
        by_images_of_patient = tables.ByImagesOfPatient.Select(group => new { images_of_patient = group.Name, images = group.Size.Images, patients = group.Size.Patients }),
        most_images_of_a_patient = tables.MostImages,
    };

    private static object Group(DataSetTables.Group group) => new
    {
        name = group.Name,
        images = group.Size.Images,
        patients = group.Size.Patients,
        positives = Findings.Names.Zip(group.Positives).ToDictionary(pair => pair.First, pair => pair.Second),
    };

    private static object Count(DataSetTables.Count count) => new { images = count.Images, patients = count.Patients };

    private static double? Percent(int part, int all) => all == 0 ? null : 100.0 * part / all;
}

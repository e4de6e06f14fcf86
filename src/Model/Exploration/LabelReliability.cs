namespace ChestXray.Model.Exploration;

/// <summary>
/// What is known of how right NIH's labels are: they were read out of reports by a program, and radiologists looked again.
/// </summary>
internal static class LabelReliability
{
    /// <summary>One finding, as NIH's labels and adjudicating radiologists have it.</summary>
    /// <param name="Finding">The finding, or the group of findings that the radiologists judged as one.</param>
    /// <param name="Precision">Of the images that the label calls positive, the share that the radiologists did.</param>
    /// <param name="Sensitivity">Of the images that the radiologists call positive, the share that the label does.</param>
    /// <param name="Kappa">Agreement beyond chance: 0 is chance, 1 perfect.</param>
    public readonly record struct Row(string Finding, double Precision, double Sensitivity, double Kappa);

    /// <summary>
    /// Against the relabelling of 4,376 of the images by Google (majority of three radiologists, disagreements adjudicated), as
    /// shipped with torchxrayvision.
    /// </summary>
    public static IReadOnlyList<Row> Reviewed { get; } =
    [
        new("Pneumothorax", .458, .458, .43),
        new("Nodule or Mass", .563, .423, .41),
        new("Airspace opacity (Infiltration, Consolidation, Pneumonia or Edema)", .758, .443, .31),
    ];

    /// <summary>What others found, a sentence each.</summary>
    public static IReadOnlyList<string> Others { get; } =
    [
        "The data set's authors say that the labels are over 90 % right: that is how well a program read the reports, not whether the picture shows the finding.",
        "L. Oakden-Rayner looked at the images (2017): positive labels are mostly 10 to 30 % less often right than documented; he calls them not fit for diagnostic work.",
        "A review of public chest radiograph sets (JMIR 2020, e18089) found 65 to 80 % of the labels right.",
        "An AUC is measured against these labels: a model that is better than them can't be seen to be.",
    ];
}

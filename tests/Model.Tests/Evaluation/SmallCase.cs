namespace ChestXray.Model.Tests.Evaluation;

/// <summary>
/// 24 images and five findings, measured once with scikit-learn 1.2: ties, a finding without positives, one without negatives.
/// </summary>
internal static class SmallCase
{
    public const string Report =
        """
                               precision    recall  f1-score   support

                        Alpha       0.60      0.50      0.55        12
        Beta_With_A_Long_Name       0.15      0.33      0.21         6
                         None       0.00      0.00      0.00         0
                          All       1.00      0.62      0.77        24
                         Ties       0.25      0.25      0.25         8

                    micro avg       0.45      0.50      0.47        50
                    macro avg       0.40      0.34      0.36        50
                 weighted avg       0.68      0.50      0.57        50
                  samples avg       0.42      0.58      0.44        50

        """;

    public static readonly string[] Names = ["Alpha", "Beta_With_A_Long_Name", "None", "All", "Ties"];

    private static readonly double[] _probabilities =
    [
        0.22, 0.87, 0.21, 0.92, 0.5,
        0.61, 0.77, 0.52, 0.3, 0.25,
        0.08, 0.74, 0.44, 0.16, 1,
        0.5, 0.41, 0.3, 0.63, 0.5,
        0.6, 0.27, 0.28, 0.25, 0.25,
        0.14, 0.17, 0.96, 0.96, 0.25,
        0.02, 0.2, 0.7, 0.78, 0,
        0.58, 0.5, 0.52, 0.64, 1,
        0.26, 0.8, 0.87, 0.92, 0,
        0.47, 0.98, 0.4, 0.81, 0.5,
        0.77, 0.48, 0.03, 0.09, 0,
        0.25, 0.96, 0.63, 0.82, 0.5,
        0.64, 0.81, 0.93, 0.91, 0.75,
        0.09, 0.36, 0.04, 0.55, 0.75,
        0.05, 0.19, 0.37, 0.24, 0.75,
        0.35, 0.64, 0.49, 0.58, 1,
        0.94, 0.11, 0.84, 0.35, 0,
        0.38, 0.51, 0.96, 0.37, 0,
        0.86, 0.11, 0.48, 0.85, 0.5,
        0.45, 0.8, 0.02, 0.57, 0.5,
        0.99, 0.8, 0.05, 0.19, 0.5,
        0.7, 0.33, 0.36, 0.92, 1,
        0.41, 0.9, 0.33, 0.08, 0.5,
        0.66, 0.89, 0.97, 0.77, 0.75,
    ];

    private static readonly byte[] _labels =
    [
        0, 0, 0, 1, 0,
        1, 1, 0, 1, 0,
        1, 0, 0, 1, 1,
        1, 1, 0, 1, 1,
        0, 0, 0, 1, 1,
        0, 0, 0, 1, 0,
        0, 1, 0, 1, 0,
        1, 1, 0, 1, 0,
        0, 0, 0, 1, 0,
        0, 0, 0, 1, 0,
        0, 0, 0, 1, 0,
        1, 0, 0, 1, 1,
        1, 1, 0, 1, 0,
        0, 0, 0, 1, 0,
        0, 0, 0, 1, 0,
        0, 0, 0, 1, 1,
        1, 1, 0, 1, 1,
        1, 0, 0, 1, 1,
        0, 0, 0, 1, 0,
        1, 0, 0, 1, 1,
        1, 0, 0, 1, 0,
        1, 0, 0, 1, 0,
        1, 0, 0, 1, 0,
        0, 0, 0, 1, 0,
    ];

    /// <summary>The case; two images per patient.</summary>
    public static Predictions Predictions() => Model.Predictions.From<double, byte>(
        Names, _probabilities, _labels,
        [.. Enumerable.Range(0, 24).Select(
            i => new ImageFacts($"{i / 2:D8}_{i % 2:D3}.png", i / 2, 20 + i, i % 4 < 2 ? 'M' : 'F', "PA"))]);
}

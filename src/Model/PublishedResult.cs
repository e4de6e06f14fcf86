namespace ChestXray.Model;

/// <summary>A published model's areas on this data set.</summary>
/// <param name="Name">Who published it.</param>
/// <param name="Year">When.</param>
/// <param name="IsOfficialSplit">
/// Whether they were measured on NIH's test list; otherwise on patients drawn at random, each by another draw.
/// </param>
/// <param name="RocAuc">By finding, columns as in <see cref="Pipeline.Findings"/>.</param>
/// <param name="Note">Network, and where the figures stand.</param>
public sealed record PublishedResult(string Name, int Year, bool IsOfficialSplit, IReadOnlyList<double> RocAuc, string Note)
{
    /// <summary>The mean of the 14 areas.</summary>
    public double MeanRocAuc => RocAuc.Average();

    /// <summary>Published areas by finding, oldest first within each kind of split; none came with an interval.</summary>
    public static IReadOnlyList<PublishedResult> All { get; } =
    [
        new("Wang et al. (data set's paper)", 2017, false,
            [0.716, 0.807, 0.708, 0.835, 0.784, 0.815, 0.769, 0.767, 0.609, 0.706, 0.671, 0.708, 0.633, 0.806],
            "ResNet-50. As arnoweng/CheXNet's README quotes it."),
        new("Yao et al.", 2017, false, [
            0.772, 0.904, 0.788, 0.882, 0.859, 0.829, 0.767, 0.914, 0.695, 0.792, 0.717, 0.765, 0.713, 0.841],
            "LSTM over labels. As arnoweng/CheXNet's README quotes it."),
        new("CheXNet (Rajpurkar et al.)", 2017, false,
            [0.8094, 0.9248, 0.7901, 0.8878, 0.8638, 0.9371, 0.8047, 0.9164, 0.7345, 0.8676, 0.7802, 0.8062, 0.7680, 0.8887],
            "DenseNet-121. As arnoweng/CheXNet's README quotes it."),
        new("arnoweng/CheXNet", 2018, false, [
            0.8311, 0.9220, 0.8148, 0.8992, 0.8891, 0.9343, 0.8385, 0.9206, 0.7146, 0.8627, 0.7883, 0.7914, 0.7820, 0.8844],
            "DenseNet-121, first release of the labels; its README, improved model."),
        new("zoogzog/chexnet", 2018, false, [
            0.8321, 0.9107, 0.8157, 0.9017, 0.8860, 0.9422, 0.8523, 0.9416, 0.7145, 0.8653, 0.8037, 0.7948, 0.7655, 0.8857],
            "DenseNet-121, first release of the labels; its README."),
        new("jrzech/reproduce-chexnet", 2022, false, [
            0.8180, 0.9090, 0.8002, 0.8945, 0.8827, 0.9316, 0.8251, 0.9175, 0.7156, 0.8377, 0.7756, 0.7889, 0.7617, 0.8776],
            "DenseNet-121; aucs.csv in the repository. These are the predictions of this project's own checks."),
        new("DacNet", 2025, false, [0.817, 0.932, 0.783, 0.896, 0.905, 0.963, 0.814, 0.997, 0.708, 0.919, 0.789, 0.801, 0.740,
            0.875],
            "DenseNet-121; its README. A test set of 2 %: 617 patients, Hernia in 9 images of 6 patients, thresholds tuned on it."),
        new("Wang et al.", 2017, true, [
            0.7003, 0.8100, 0.7032, 0.8052, 0.7585, 0.8330, 0.7859, 0.8717, 0.6614, 0.6933, 0.6687, 0.761, 0.6580, 0.7993],
            "ResNet-50. As AE-CNN's comparison quotes it."),
        new("Guendel et al.", 2018, true, [
            0.767, 0.883, 0.745, 0.835, 0.828, 0.895, 0.818, 0.896, 0.709, 0.821, 0.758, 0.724, 0.731, 0.846],
            "DenseNet-121 with location; as AE-CNN's comparison quotes it."),
        new("AE-CNN", 2020, true, [0.7821, 0.9008, 0.7608, 0.8498, 0.8356, 0.9221, 0.8402, 0.9242, 0.7087, 0.8379, 0.7881, 0.7828,
            0.7363, 0.8684],
            "Augmented attention network; the repository's comparison table, whose printed means differ slightly from its rows."),
        new("TorchXRayVision ResNet-50", 2023, false, [
            0.78, 0.90, 0.78, 0.89, 0.86, 0.88, 0.76, 0.92, 0.69, 0.82, 0.76, 0.76, 0.71, 0.84],
            "512 x 512 pixels; BENCHMARKS.md, its own 20 % of the patients."),
        new("TorchXRayVision DenseNet-121", 2023, false,
            [0.76, 0.88, 0.77, 0.85, 0.85, 0.73, 0.72, 0.91, 0.68, 0.80, 0.69, 0.74, 0.71, 0.75],
            "Trained on several data sets, 224 x 224 pixels; BENCHMARKS.md, its own 20 % of the patients."),
    ];
}

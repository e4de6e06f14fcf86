namespace ChestXray.Model.Networks;

/// <summary>Means and deviations of ImageNet's channels, for levels from 0 to 1, as torchvision's weights expect them.</summary>
internal static class ImageNetScale
{
    public static double[] Means { get; } = [0.485, 0.456, 0.406];

    public static double[] Deviations { get; } = [0.229, 0.224, 0.225];

    public static double GreyMean { get; } = Means.Average();

    public static double GreyDeviation { get; } = Deviations.Average();
}

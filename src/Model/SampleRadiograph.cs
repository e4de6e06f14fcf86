namespace ChestXray.Model;

/// <summary>A test image that tells something of a model.</summary>
/// <param name="Finding">What it was asked for.</param>
/// <param name="Kind">
/// `found` (the surest positive), `false alarm` (the surest negative) or `missed` (the positive with the lowest probability).
/// </param>
/// <param name="Name">The image's file name.</param>
/// <param name="Probability">What the model said, 0 to 1.</param>
/// <param name="Labels">Its labels, as the label file writes them.</param>
/// <param name="Jpeg">A small picture.</param>
/// <param name="HeatJpeg">The same under the heat map of the finding; null where none was kept.</param>
public sealed record SampleRadiograph(
    string Finding, string Kind, string Name, double Probability, string Labels, byte[] Jpeg, byte[]? HeatJpeg = null);

namespace ChestXray.Pipeline;

/// <summary>What an inspection measured of one image.</summary>
/// <param name="Label">Its row.</param>
/// <param name="Record">Its record's number in the store.</param>
/// <param name="Mean">Mean grey level, 0 to 255.</param>
/// <param name="Deviation">Standard deviation of the grey levels.</param>
/// <param name="Lowest">The darkest pixel, 0 to 255.</param>
/// <param name="Highest">The brightest pixel, 0 to 255.</param>
/// <param name="ContentShare">Share of the area that is left between empty edges, 0 to 1.</param>
public readonly record struct InspectedImage(
    LabelRow Label, int Record, float Mean, float Deviation, byte Lowest, byte Highest, float ContentShare);

namespace ChestXray.Pipeline.Quality;

/// <summary>Two pictures that show the same radiograph.</summary>
/// <param name="First">The number of the one that comes first.</param>
/// <param name="Second">The number of the other.</param>
/// <param name="Correlation">Of their fine detail, up to 1.</param>
internal readonly record struct DuplicatePair(int First, int Second, double Correlation);

namespace ChestXray.Pipeline;

/// <summary>What an inspection found. Immutable.</summary>
public sealed record InspectionResult
{
    /// <summary>Every problem: files first, then pixels, copies, labels and lists; in a stable order.</summary>
    public required IReadOnlyList<QualityProblem> Problems { get; init; }

    /// <summary>The images that have a record, in the order of the index.</summary>
    public required IReadOnlyList<InspectedImage> Images { get; init; }

    /// <summary>How many files have each form, as `PNG, 1024 x 1024, 8 bits, grey`; the most frequent first.</summary>
    public required IReadOnlyList<(string Form, int Files)> Forms { get; init; }

    /// <summary>What can be told of the label file's release, in a sentence.</summary>
    public required string Release { get; init; }

    /// <summary>
    /// How many deviations a radiograph of this set lies on its own side of the middle between left and right, and its mirror
    /// image on the other; below 2 most mirrored ones can't be told. 0 where it was not learnt.
    /// </summary>
    public required double MirrorSeparation { get; init; }

    /// <summary>Pairs of images that were compared in detail.</summary>
    public required long ComparedPairs { get; init; }

    /// <summary>Wall time of reading headers.</summary>
    public required TimeSpan HeaderTime { get; init; }

    /// <summary>Wall time of the pass over the records.</summary>
    public required TimeSpan RecordTime { get; init; }

    /// <summary>Wall time of looking for copies and turned images, and of the labels and lists.</summary>
    public required TimeSpan SearchTime { get; init; }

    /// <summary>Wall time of it all, preparation left out.</summary>
    public TimeSpan Elapsed => HeaderTime + RecordTime + SearchTime;
}

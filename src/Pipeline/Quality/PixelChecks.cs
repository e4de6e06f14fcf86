namespace ChestXray.Pipeline.Quality;

/// <summary>Names images by what their pixels are like, and by how they lie.</summary>
internal static class PixelChecks
{
    /// <summary>
    /// A picture with less than this between its darkest and brightest pixel, or with less deviation than the other, is empty.
    /// </summary>
    private const int FlatRange = 12;

    private const double FlatDeviation = 3;

    /// <summary>Whether there is nothing in the picture.</summary>
    public static bool IsFlat(in PixelFacts facts) => facts.Highest - facts.Lowest < FlatRange || facts.Deviation < FlatDeviation;

    /// <summary>Names flat, dark, bright, pale and narrow pictures, and damaged records.</summary>
    public static IEnumerable<QualityProblem> Tones(RecordPass pass, InspectionOptions options)
    {
        for (int i = 0; i < pass.Images.Length; i++)
        {
            LabelRow row = pass.Images[i].Label;
            PixelFacts facts = pass.Facts[i];
            string name = row.FileName;
            if (pass.IsDamaged[i])
            {
                yield return ProblemKind.About("damaged-record", row, $"The record of {name} is not what was stored.");
                continue;
            }

            if (IsFlat(facts))
            {
                yield return ProblemKind.About("flat", row, $"{name} has grey levels from {facts.Lowest} to {facts.Highest} only, deviating by {facts.Deviation:0.0}.");
                continue;
            }

            if (facts.Mean < options.DarkestMean)
                yield return ProblemKind.About(
                    "too-dark", row, $"The mean grey level of {name} is {facts.Mean:0.0}, below {options.DarkestMean:0}.");
            if (facts.Mean > options.BrightestMean)
                yield return ProblemKind.About(
                    "too-bright", row, $"The mean grey level of {name} is {facts.Mean:0.0}, above {options.BrightestMean:0}.");
            if (facts.Deviation < options.LeastDeviation)
                yield return ProblemKind.About("low-contrast", row,
                    $"The grey levels of {name} deviate by {facts.Deviation:0.0}, less than {options.LeastDeviation:0}.");
            if (facts.ContentShare < options.LeastContent)
                yield return ProblemKind.About("wide-border", row, $"{1 - facts.ContentShare:P0} of {name} is empty border.");
        }
    }

    /// <summary>Names pictures that lie unlike the others.</summary>
    public static (IEnumerable<QualityProblem> Problems, double MirrorSeparation) Orientations(RecordPass pass)
    {
        int[] pictures = WithContent(pass);
        if (pictures.Length < OrientationSearch.FewestPictures)
        {
            string what = $"Whether images are turned, inverted or mirrored was not looked at: {pictures.Length} images are too few to learn what is usual " +
                $"({OrientationSearch.FewestPictures} are needed).";
            return ([ProblemKind.Make("orientation-not-checked", "the set", null, what)], 0);
        }

        OrientationSearch search = new();
        QualityProblem[] problems =
        [
            .. search.Run(pass.Thumbnails, pictures).Select(suspect => ProblemKind.About(
                suspect.Code, pass.Images[suspect.Picture].Label,
                $"{pass.Images[suspect.Picture].Label.FileName} seems to be {suspect.Words}: turned back it is {suspect.Margin:0.0} deviations more like the rest of the set.")),
        ];
        return (problems, search.MirrorSeparation);
    }

    /// <summary>The pictures that have something in them.</summary>
    public static int[] WithContent(RecordPass pass) =>
        [.. Enumerable.Range(0, pass.Images.Length).Where(i => !pass.IsDamaged[i] && !IsFlat(pass.Facts[i]))];
}

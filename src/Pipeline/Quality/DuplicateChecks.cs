namespace ChestXray.Pipeline.Quality;

/// <summary>
/// Names copies: equal files, equal pixels, and pictures that are the same but for encoding, size and brightness.
/// </summary>
internal static class DuplicateChecks
{
    /// <summary>
    /// Of copies within a patient, all but the first are named; of copies across patients, every one, since it is unknown which
    /// has the right patient.
    /// </summary>
    /// <param name="pass">The records.</param>
    /// <param name="side">Their side.</param>
    /// <param name="compared">Pairs that were compared in detail.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static List<QualityProblem> Run(RecordPass pass, int side, out long compared, CancellationToken cancellation)
    {
        List<QualityProblem> problems = [];
        HashSet<int> copies = [];
        int[] pictures = PixelChecks.WithContent(pass);
        Equal(pass, Enumerable.Range(0, pass.Images.Length),
            i => (pass.Images[i].Record.SourceHash, (ulong)pass.Images[i].Record.SourceBytes), "same-file", copies, problems);
        Equal(pass, pictures.Where(i => !copies.Contains(i)), i => (pass.Images[i].Record.Hash, 0), "same-pixels", copies,
            problems);
        compared = Near(pass, side, [.. pictures.Where(i => !copies.Contains(i))], problems, cancellation);
        return problems;
    }

    private static void Equal(
        RecordPass pass, IEnumerable<int> images, Func<int, (ulong, ulong)> key, string code, HashSet<int> copies, List<QualityProblem> problems)
    {
        string words = code == "same-file" ? "is byte for byte the same file as" : "has exactly the pixels of";
        foreach (IGrouping<(ulong, ulong), int> group in images.GroupBy(key))
        {
            int[] members = [.. group];
            foreach (int copy in members.Skip(1))
            {
                copies.Add(copy);
                Add(pass, members[0], copy, code, words, "", problems);
            }
        }
    }

    private static long Near(
        RecordPass pass, int side, int[] pictures, List<QualityProblem> problems, CancellationToken cancellation)
    {
        int cells = PerceptualHash.Side * PerceptualHash.Side;
        float[] coefficients = new float[(long)pictures.Length * PerceptualHash.Bits];
        Parallel.For(0, pictures.Length, i => PerceptualHash.Transform(
            pass.Thumbnails.AsSpan(pictures[i] * cells, cells),
            coefficients.AsSpan(i * PerceptualHash.Bits, PerceptualHash.Bits)));
        if (pictures.Length == 0)
            return 0;
        float[] medians = PerceptualHash.Medians(coefficients);
        UInt128[] hashes = new UInt128[pass.Images.Length];
        for (int i = 0; i < pictures.Length; i++)
            hashes[pictures[i]] = PerceptualHash.Of(coefficients.AsSpan(i * PerceptualHash.Bits, PerceptualHash.Bits), medians);
        byte[] narrow = [];
        DuplicateSearch search =
            new(hashes, image => DuplicateSearch.Detail(pass.Read(pass.Images[image].Record.Number, ref narrow), side));
        foreach (DuplicatePair pair in search.Run(pictures, cancellation).OrderBy(pair => pair.Second).ThenBy(pair => pair.First))
            Add(pass, pair.First, pair.Second, "near-duplicate", "shows the same radiograph as",
                $" (correlation of their detail {pair.Correlation:0.000})", problems);
        return search.Candidates;
    }

    private static void Add(
        RecordPass pass, int first, int second, string code, string words, string detail, List<QualityProblem> problems)
    {
        (LabelRow a, LabelRow b) = (pass.Images[first].Label, pass.Images[second].Label);
        if (a.PatientId == b.PatientId)
        {
            string labels = a.FindingBits == b.FindingBits ? "" : " Their findings differ.";
            problems.Add(ProblemKind.About(code, b, $"{b.FileName} {words} {a.FileName}, of the same patient{detail}.{labels}") with { Other = a.FileName });
            return;
        }

        foreach ((LabelRow own, LabelRow other) in ((LabelRow, LabelRow)[])[(a, b), (b, a)])
        {
            problems.Add(ProblemKind.About(
                code + "-across-patients", own,
                $"{own.FileName} of patient {own.PatientId} {words} {other.FileName} of patient {other.PatientId}{detail}.") with
            { Other = other.FileName });
        }
    }
}

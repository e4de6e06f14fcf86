namespace ChestXray.Pipeline.Quality;

/// <summary>Reads the first bytes of every image file and names what is unlike a radiograph of this set.</summary>
internal static class HeaderPass
{
    /// <summary>Forms by number of files, and what was found.</summary>
    public static (IReadOnlyList<(string Form, int Files)> Forms, List<QualityProblem> Problems) Run(
        IReadOnlyList<IndexedImage> images, int size, int threads, CancellationToken cancellation)
    {
        FileHeader?[] headers = Read(images, threads, cancellation);
        (string Form, int Files)[] forms =
        [
            .. headers.OfType<FileHeader>().CountBy(FormOf).OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => (pair.Key, pair.Value)),
        ];
        (int Width, int Height) usualSize = Usual(headers, header => (header.Width, header.Height));
        string usualColor = Usual(headers, header => header.Color) ?? "";
        List<QualityProblem> problems = [];
        for (int i = 0; i < headers.Length; i++)
        {
            if (headers[i] is { } header)
                Judge(images[i], header, usualSize, usualColor, size, problems);
        }

        int streamed = images.Count(image => image.IsStreamed);
        if (streamed > 0)
        {
            problems.Add(ProblemKind.Make(
                "headers-not-read", Path.GetFileName(images.First(image => image.IsStreamed).ArchivePath!), null,
                $"The headers of {streamed:N0} images in tar files were not looked at: a tar file can only be read from its beginning."));
        }

        return (forms, problems);
    }

    private static FileHeader?[] Read(IReadOnlyList<IndexedImage> images, int threads, CancellationToken cancellation)
    {
        FileHeader?[] headers = new FileHeader?[images.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, images.Count, parallel, () => new Scratch(), (i, _, scratch) =>
        {
            if (!images[i].IsStreamed)
                headers[i] = scratch.Read(images[i]);
            return scratch;
        }, scratch => scratch.Reader.Dispose());
        return headers;
    }

    private static void Judge(
        in IndexedImage image, in FileHeader header, (int Width, int Height) usualSize, string usualColor, int size,
        List<QualityProblem> problems)
    {
        LabelRow row = image.Label;
        string name = Path.GetFileName(image.Path), sides = $"{header.Width} x {header.Height}";
        bool isPng = header.Format == ImageFormat.Png;
        if (name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) != isPng)
            Add("wrong-extension", $"{image.Path} is a {(isPng ? "PNG" : "JPEG")} file by its content.");
        if (header.Color is "RGBA" or "grey and alpha")
            Add("alpha", $"{name} is {header.Color}; most files are {usualColor}.");
        else if (header.Color != "grey" && header.Color != usualColor)
            Add("colour", $"{name} is {header.Color}; most files are {usualColor}.");
        if (header.BitDepth == 16)
            Add("16-bit", $"{name} has 16 bits a sample.");
        else if (header.BitDepth < 8 && header.Color != "palette")
            Add("low-depth", $"{name} has {header.BitDepth} bits a sample: {1 << header.BitDepth} grey levels.");
        if (header.Width != header.Height)
            Add("not-square", $"{name} has {sides} pixels.");
        else if ((header.Width, header.Height) != usualSize)
            Add("odd-size", $"{name} has {sides} pixels; most files have {usualSize.Width} x {usualSize.Height}.");
        if (header.Width < size || header.Height < size)
            Add("smaller-than-training", $"{name} has {sides} pixels and is blown up to {size} x {size}.");
        if (header.Orientation != 1)
            Add("exif-rotation", $"{name} has EXIF orientation {header.Orientation}: it is shown turned and trained on as it is stored.");
        if (!header.EndsWell)
            Add("trailing-bytes", $"{name} goes on after its image.");

        void Add(string code, string what) => problems.Add(ProblemKind.About(code, row, what));
    }

    private static string FormOf(FileHeader header) =>
        $"{(header.Format == ImageFormat.Png ? "PNG" : "JPEG")}, {header.Width} x {header.Height}, {header.BitDepth} bits, {header.Color}";

    private static T? Usual<T>(FileHeader?[] headers, Func<FileHeader, T> of)
        where T : notnull =>
        headers.OfType<FileHeader>().CountBy(of).OrderByDescending(pair => pair.Value).Select(pair => pair.Key).FirstOrDefault();

    private sealed class Scratch
    {
        private byte[] _buffer = [];

        public ImageReader Reader { get; } = new();

        public FileHeader? Read(in IndexedImage image)
        {
            if (image.ArchivePath is null)
                return FileHeader.OfFile(image.Path, ref _buffer);
            try
            {
                return FileHeader.Of(Reader.Read(image));
            }
            catch (ImageFormatException)
            {
                // The preparation has named it.
                return null;
            }
        }
    }
}

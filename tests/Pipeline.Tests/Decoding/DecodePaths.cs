namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Every way through the decoder that an option can force on this machine.</summary>
internal static class DecodePaths
{
    public static InflateLibrary[] Libraries { get; } =
        [.. Enum.GetValues<InflateLibrary>().Where(library => IsHere(new() { Inflate = library }))];

    public static UnfilterPath[] Unfilters { get; } =
        [.. Enum.GetValues<UnfilterPath>().Where(path => IsHere(new() { Unfilter = path }))];

    public static TheoryData<InflateLibrary, UnfilterPath, bool, int> All
    {
        get
        {
            // Bands of few bytes are forced upon small images, and none upon large ones.
            TheoryData<InflateLibrary, UnfilterPath, bool, int> paths = [];
            foreach (InflateLibrary inflate in Libraries)
            {
                foreach (int bandBytes in (int[])[0, 3_000, 256 << 10, int.MaxValue])
                    paths.Add(inflate, UnfilterPath.Auto, false, bandBytes);
            }

            foreach (UnfilterPath unfilter in Unfilters)
                paths.Add(InflateLibrary.Runtime, unfilter, true, unfilter == UnfilterPath.Scalar ? 256 << 10 : 40_000);
            return paths;
        }
    }

    public static ImageDecoder Create(
        InflateLibrary inflate, UnfilterPath unfilter, bool trust = false, int bandBytes = 256 << 10) =>
        new(new DecoderOptions { Inflate = inflate, Unfilter = unfilter, Trust = trust, BandBytes = bandBytes });

    private static bool IsHere(DecoderOptions options)
    {
        try
        {
            new ImageDecoder(options).Dispose();
            return true;
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    }
}

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Every way through the decoder that an option can force; those that this machine lacks are skipped by name.</summary>
internal static class DecodePaths
{
    public static TheoryData<InflateLibrary, UnfilterPath, bool, int> All
    {
        get
        {
            // Bands of few bytes are forced upon small images, and none upon large ones.
            TheoryData<InflateLibrary, UnfilterPath, bool, int> paths = [];
            foreach (InflateLibrary inflate in Enum.GetValues<InflateLibrary>())
            {
                foreach (int bandBytes in (int[])[0, 3_000, 256 << 10, int.MaxValue])
                    paths.Add(inflate, UnfilterPath.Auto, false, bandBytes);
            }

            foreach (UnfilterPath unfilter in Enum.GetValues<UnfilterPath>())
                paths.Add(InflateLibrary.Runtime, unfilter, true, unfilter == UnfilterPath.Scalar ? 256 << 10 : 40_000);
            return paths;
        }
    }

    public static ImageDecoder Create(
        InflateLibrary inflate, UnfilterPath unfilter, bool trust = false, int bandBytes = 256 << 10)
    {
        try
        {
            return new ImageDecoder(new DecoderOptions { Inflate = inflate, Unfilter = unfilter, Trust = trust, BandBytes = bandBytes });
        }
        catch (PlatformNotSupportedException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}

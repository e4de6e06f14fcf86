namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Every way through the decoder that an option can force; those that this machine lacks are skipped by name.</summary>
internal static class DecodePaths
{
    public static TheoryData<InflateLibrary, UnfilterPath, bool> All
    {
        get
        {
            TheoryData<InflateLibrary, UnfilterPath, bool> paths = [];
            foreach (InflateLibrary inflate in Enum.GetValues<InflateLibrary>())
                paths.Add(inflate, UnfilterPath.Auto, false);
            foreach (UnfilterPath unfilter in Enum.GetValues<UnfilterPath>())
                paths.Add(InflateLibrary.Runtime, unfilter, true);
            return paths;
        }
    }

    public static ImageDecoder Create(InflateLibrary inflate, UnfilterPath unfilter, bool trust = false)
    {
        try
        {
            return new ImageDecoder(new DecoderOptions { Inflate = inflate, Unfilter = unfilter, Trust = trust });
        }
        catch (PlatformNotSupportedException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}

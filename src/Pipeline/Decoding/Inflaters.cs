namespace ChestXray.Pipeline.Decoding;

/// <summary>Picks the inflate library: the one asked for, or the fastest that loads.</summary>
internal static class Inflaters
{
    public static IInflater Create(InflateLibrary library) => library switch
    {
        InflateLibrary.Auto => IsaLInflater.TryCreate() ?? LibDeflateInflater.TryCreate() ?? (IInflater)new RuntimeInflater(),
        InflateLibrary.IsaL => IsaLInflater.TryCreate() ?? throw Missing(library, "libisal.so.2"),
        InflateLibrary.LibDeflate => LibDeflateInflater.TryCreate() ?? throw Missing(library, "libdeflate.so.0"),
        _ => new RuntimeInflater(),
    };

    private static PlatformNotSupportedException Missing(InflateLibrary library, string file) => new(
        $"The inflate library {library} ({file}) does not load on this machine; install it or use {InflateLibrary.Auto}.");
}

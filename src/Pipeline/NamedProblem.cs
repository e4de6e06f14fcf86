namespace ChestXray.Pipeline;

/// <summary>Something found in the data, by name.</summary>
/// <param name="Kind">What kind: `no-label-row`, `no-image`, `duplicate-image`, or a decoder's reason.</param>
/// <param name="Name">The file or row concerned.</param>
/// <param name="Detail">A whole sentence: what was found and what becomes of it.</param>
public sealed record NamedProblem(string Kind, string Name, string Detail);

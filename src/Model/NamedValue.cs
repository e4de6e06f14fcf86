namespace ChestXray.Model;

/// <summary>A line of a report's tables about the run: an option, a property of the machine, a measured figure.</summary>
/// <param name="Name">What it is: `batch size`.</param>
/// <param name="Value">As it shall be read, with its unit: `32 images`.</param>
public sealed record NamedValue(string Name, string Value);

namespace ChestXray.Model.Benchmarks;

/// <summary>What peers were measured at, and which are not here.</summary>
internal sealed record PeerResult(
    Dictionary<string, double[]> Rates, Dictionary<string, string> Versions, IReadOnlyList<string> Absent);

namespace ChestXray.Pipeline;

/// <summary>How one stage of a preparation spent its time.</summary>
/// <param name="Name">
/// `read`, `decode`, `resize` or `write`; `inflate` is the part of decoding that no PNG decoder can do without.
/// </param>
/// <param name="Threads">Threads that did it; decode, inflate and resize share theirs.</param>
/// <param name="Images">Images that went through.</param>
/// <param name="Bytes">Bytes that it read, inflated or wrote.</param>
/// <param name="Busy">Time at work, summed over the threads.</param>
/// <param name="Wait">Time spent waiting for another stage, summed over the threads.</param>
/// <param name="Elapsed">Wall time of the preparation.</param>
public sealed record StageReport(
    string Name, int Threads, long Images, long Bytes, TimeSpan Busy, TimeSpan Wait, TimeSpan Elapsed)
{
    /// <summary>The share of its threads' time that it was at work, 0 to 1.</summary>
    public double Occupancy => Share(Busy);

    /// <summary>The share of its threads' time that it waited for another stage, 0 to 1.</summary>
    public double WaitShare => Share(Wait);

    /// <summary>Images a second that it would do with these threads if it never waited.</summary>
    public double ImagesPerSecond => Busy <= TimeSpan.Zero ? 0 : Images * Threads / Busy.TotalSeconds;

    /// <summary>Megabytes a second that it would do with these threads if it never waited.</summary>
    public double MegabytesPerSecond => Busy <= TimeSpan.Zero ? 0 : Bytes * Threads / Busy.TotalSeconds / 1e6;

    private double Share(TimeSpan time) => Elapsed <= TimeSpan.Zero ? 0 : Math.Min(1, time / (Elapsed * Threads));
}

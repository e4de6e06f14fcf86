namespace ChestXray.Model;

/// <summary>Whoever watches a long job: a console, a test, a service. Called from the job's own thread.</summary>
public interface IJobObserver
{
    /// <summary>A line of plain text that a person should read.</summary>
    void Say(string line);

    /// <summary>Something that a person should know before trusting the result.</summary>
    void Warn(string line);

    /// <summary>A stage begins; dispose the result when it ends.</summary>
    /// <param name="title">What is done, in two or three words.</param>
    /// <param name="total">How many units there are, at least 1.</param>
    /// <param name="unit">What is counted, in the plural: `images`.</param>
    IJobStage Begin(string title, int total, string unit);
}

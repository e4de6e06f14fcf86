namespace ChestXray.Pipeline;

/// <summary>How much a problem of the data matters.</summary>
public enum ProblemSeverity
{
    /// <summary>Good to know; nothing needs to be done.</summary>
    Note,

    /// <summary>Probably wrong: a person should look.</summary>
    Suspect,

    /// <summary>Wrong: results suffer as long as it stays.</summary>
    Fault,
}

namespace ChestXray.Model;

/// <summary>Where a GPU's kernels find the records of a store.</summary>
public enum StoreTier
{
    /// <summary>The first of those below whose arithmetic works out, and the next where memory is refused all the same.</summary>
    Auto,

    /// <summary>The whole store lies in the GPU's memory: no pixel moves over the bus after the first upload.</summary>
    Resident,

    /// <summary>
    /// The next batch's records go through page-locked memory, by a copy that runs while this batch is trained on.
    /// </summary>
    Pinned,

    /// <summary>The next batch's records go through ordinary memory.</summary>
    Staged,

    /// <summary>
    /// Records are augmented on the CPU, and finished batches are copied: what is left without a shared context.
    /// </summary>
    Host,
}

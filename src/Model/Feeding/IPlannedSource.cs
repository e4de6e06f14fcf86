using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>
/// A source whose batches are plans over the records of a store, so that another device can make the pixels. Thread-safe.
/// </summary>
internal interface IPlannedSource : IBatchSource
{
    /// <summary>The records; borrowed.</summary>
    RecordStore Store { get; }

    /// <summary>How a record becomes a sample.</summary>
    AugmenterOptions Augmentation { get; }

    /// <summary>Whether samples are made in a way that only <see cref="IBatchSource.Read"/> knows.</summary>
    bool IsExact { get; }

    /// <summary>The sum of the hashes of all samples read or planned so far.</summary>
    ulong ServedHash { get; }

    /// <summary>
    /// What <see cref="IBatchSource.Read"/> would read, without a look at any pixel but for the first time's checksum.
    /// </summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="first">Position of the first sample.</param>
    /// <param name="count">Samples.</param>
    /// <param name="records">Gets each sample's record.</param>
    /// <param name="matrices">Gets each sample's matrix.</param>
    /// <param name="labels">Gets count x 14 of 0 or 1.</param>
    void Plan(int epoch, int first, int count, Span<int> records, Span<Matrix2x3> matrices, Span<float> labels);

    /// <summary>Every record of an epoch, once.</summary>
    IEnumerable<int> AllRecords();
}

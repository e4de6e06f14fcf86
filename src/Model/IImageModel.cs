using ChestXray.Model.Training;

namespace ChestXray.Model;

/// <summary>A trained model that gives probabilities, whoever computes it. Owns native memory. Not thread-safe.</summary>
public interface IImageModel : IDisposable
{
    /// <summary>What it is and what its images must look like.</summary>
    ModelCard Card { get; }

    /// <summary>The most samples at a time.</summary>
    int BatchSize { get; }

    /// <summary>The probabilities of a batch.</summary>
    /// <param name="ring">Holds it.</param>
    /// <param name="slot">Where.</param>
    /// <param name="count">Its samples.</param>
    /// <param name="probabilities">Count x 14, written.</param>
    void Infer(BatchRing ring, int slot, int count, Span<float> probabilities);
}

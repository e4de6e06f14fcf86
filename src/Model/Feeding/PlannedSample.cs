using System.IO.Hashing;
using System.Runtime.InteropServices;
using ChestXray.Kernels;

namespace ChestXray.Model.Feeding;

/// <summary>One sample of an epoch's plan: what is done, before any pixel is looked at.</summary>
/// <param name="Epoch">0-based.</param>
/// <param name="Position">In the whole epoch, over all processes.</param>
/// <param name="Record">Which record.</param>
/// <param name="Matrix">Through which matrix.</param>
/// <param name="FindingBits">With which labels.</param>
internal readonly record struct PlannedSample(int Epoch, int Position, int Record, Matrix2x3 Matrix, ushort FindingBits)
{
    /// <summary>XXH3 of epoch, position, record, the six float32 of the matrix and the labels, little-endian.</summary>
    public ulong Hash()
    {
        Span<int> words = stackalloc int[10];
        (words[0], words[1], words[2], words[3]) = (Epoch, Position, Record, FindingBits);
        Span<float> matrix = MemoryMarshal.Cast<int, float>(words[4..]);
        (matrix[0], matrix[1], matrix[2]) = ((float)Matrix.A, (float)Matrix.B, (float)Matrix.C);
        (matrix[3], matrix[4], matrix[5]) = ((float)Matrix.D, (float)Matrix.E, (float)Matrix.F);
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(words));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Model.Evaluation;

/// <summary>
/// A sum over images, gathered by patient once, so that a redrawn sum is one product for each patient and not for each image.
/// </summary>
internal sealed class PatientSums
{
    private const int Lanes = RedrawnPatients.Lanes;

    private readonly int[] _patients;
    private readonly double[] _sums;

    /// <summary>Gathers.</summary>
    /// <param name="values">By image; null stands for 1, so that images are counted.</param>
    /// <param name="patients">The patient's position by image.</param>
    /// <param name="rows">Which images; null for all.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public PatientSums(ReadOnlySpan<double> values, ReadOnlySpan<int> patients, IReadOnlyList<int>? rows = null)
    {
        SortedDictionary<int, double> sums = [];
        for (int i = 0; i < (rows?.Count ?? patients.Length); i++)
        {
            int row = rows is null ? i : rows[i];
            sums[patients[row]] = sums.GetValueOrDefault(patients[row]) + (values.IsEmpty ? 1 : values[row]);
        }

        _patients = [.. sums.Keys];
        _sums = [.. sums.Values];
    }

    /// <summary>The sum in each of sixteen draws.</summary>
    /// <param name="weights">Patients x 16.</param>
    /// <param name="results">Sixteen; filled.</param>
    /// <param name="useVectors">False takes the scalar body, the specification of the other.</param>
    public void Sum(ReadOnlySpan<int> weights, Span<double> results, bool useVectors)
    {
        results[..Lanes].Clear();
        if (useVectors && Avx.IsSupported)
        {
            SumVectors(weights, results);
            return;
        }

        for (int i = 0; i < _patients.Length; i++)
        {
            for (int lane = 0; lane < Lanes; lane++)
                results[lane] += weights[_patients[i] * Lanes + lane] * _sums[i];
        }
    }

    /// <summary>Product and sum are rounded one by one, as in the scalar body.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumVectors(ReadOnlySpan<int> weights, Span<double> results)
    {
        ref int first = ref MemoryMarshal.GetReference(weights);
        Vector256<double> a = default, b = default, c = default, d = default;
        for (int i = 0; i < _patients.Length; i++)
        {
            ref int row = ref Unsafe.Add(ref first, _patients[i] * Lanes);
            Vector256<double> value = Vector256.Create(_sums[i]);
            a += Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref row)) * value;
            b += Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref row, 4)) * value;
            c += Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref row, 8)) * value;
            d += Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref row, 12)) * value;
        }

        a.CopyTo(results);
        b.CopyTo(results[4..]);
        c.CopyTo(results[8..]);
        d.CopyTo(results[12..]);
    }
}

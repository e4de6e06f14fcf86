using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>The checksum of zlib streams (RFC 1950): two sums modulo 65,521.</summary>
internal static class Adler32
{
    private const uint Modulus = 65_521;

    // The most bytes whose sums fit 32 bits is 5,552 (zlib's NMAX); a multiple of the vector below it.
    private const int BlockBytes = 5536;
    private const int WideBlockBytes = 5504;

    /// <summary>The checksum of no data.</summary>
    public const uint Empty = 1;

    /// <summary>The checksum of data that follow on others.</summary>
    /// <param name="data">The data.</param>
    /// <param name="before">The checksum of those before.</param>
    public static uint Append(ReadOnlySpan<byte> data, uint before = Empty) =>
        Avx512BW.IsSupported ? ComputeWide(data, before) : Avx2.IsSupported
            ? ComputeVector(data, before) : ComputeScalar(data, before);

    /// <summary>The specification.</summary>
    internal static uint ComputeScalar(ReadOnlySpan<byte> data, uint start)
    {
        uint a = start & 0xFFFF, b = start >> 16;
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> block = data[..Math.Min(BlockBytes, data.Length)];
            foreach (byte value in block)
            {
                a += value;
                b += a;
            }

            a %= Modulus;
            b %= Modulus;
            data = data[block.Length..];
        }

        return (b << 16) | a;
    }

    /// <summary>32 bytes at a time: their sum, and their sum weighted by how often each counts in the second sum.</summary>
    internal static uint ComputeVector(ReadOnlySpan<byte> data, uint start)
    {
        Vector256<sbyte> weights = Vector256<sbyte>.Indices;
        weights = Vector256.Create((sbyte)32) - weights;
        uint a = start & 0xFFFF, b = start >> 16;
        while (data.Length >= Vector256<byte>.Count)
        {
            int bytes = Math.Min(BlockBytes, data.Length & ~(Vector256<byte>.Count - 1));
            ref byte block = ref MemoryMarshal.GetReference(data);
            Vector256<uint> sum = default, earlier = default, weighted = default;
            for (int i = 0; i < bytes; i += Vector256<byte>.Count)
            {
                Vector256<byte> values = Vector256.LoadUnsafe(ref block, (nuint)i);
                earlier += sum;
                sum += Avx2.SumAbsoluteDifferences(values, Vector256<byte>.Zero).AsUInt32();
                Vector256<short> pairs = Avx2.MultiplyAddAdjacent(values, weights);
                weighted += Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One).AsUInt32();
            }

            b += (a * (uint)bytes) + (32 * Vector256.Sum(earlier)) + Vector256.Sum(weighted);
            a = (a + Vector256.Sum(sum)) % Modulus;
            b %= Modulus;
            data = data[bytes..];
        }

        return ComputeScalar(data, (b << 16) | a);
    }

    /// <summary>The same, 64 bytes at a time.</summary>
    internal static uint ComputeWide(ReadOnlySpan<byte> data, uint start)
    {
        Vector512<sbyte> weights = Vector512.Create((sbyte)64) - Vector512<sbyte>.Indices;
        uint a = start & 0xFFFF, b = start >> 16;
        while (data.Length >= Vector512<byte>.Count)
        {
            int bytes = Math.Min(WideBlockBytes, data.Length & ~(Vector512<byte>.Count - 1));
            ref byte block = ref MemoryMarshal.GetReference(data);
            Vector512<uint> sum = default, earlier = default, weighted = default;
            for (int i = 0; i < bytes; i += Vector512<byte>.Count)
            {
                Vector512<byte> values = Vector512.LoadUnsafe(ref block, (nuint)i);
                earlier += sum;
                sum += Avx512BW.SumAbsoluteDifferences(values, Vector512<byte>.Zero).AsUInt32();
                Vector512<short> pairs = Avx512BW.MultiplyAddAdjacent(values, weights);
                weighted += Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One).AsUInt32();
            }

            b += (a * (uint)bytes) + (64 * Vector512.Sum(earlier)) + Vector512.Sum(weighted);
            a = (a + Vector512.Sum(sum)) % Modulus;
            b %= Modulus;
            data = data[bytes..];
        }

        return ComputeScalar(data, (b << 16) | a);
    }
}

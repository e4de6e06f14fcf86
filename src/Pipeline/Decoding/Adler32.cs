namespace ChestXray.Pipeline.Decoding;

/// <summary>The checksum of zlib streams (RFC 1950): two sums modulo 65,521.</summary>
internal static class Adler32
{
    private const uint Modulus = 65_521;

    // The most bytes whose sums fit 32 bits: zlib's NMAX.
    private const int BlockBytes = 5552;

    /// <summary>The checksum of all the data.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => ComputeScalar(data, 1);

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
}

using System.IO.Compression;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Our own DEFLATE, alone and two streams at a time, beside the runtime's.</summary>
public sealed class ManagedInflaterTests
{
    private const int Guard = 64;

    public static TheoryData<string> Kinds => [.. Samples().Select(sample => sample.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stream_of_any_kind_gives_its_bytes_and_ends_where_it_ends(string kind)
    {
        using ManagedInflater inflater = new();
        foreach ((string _, byte[] data, byte[] deflate) in Samples().Where(sample => sample.Name == kind))
        {
            foreach (int behind in (int[])[0, 1, 40])
            {
                byte[] stream = [.. deflate, .. Enumerable.Repeat((byte)0xA5, behind)];
                Assert.Equal(InflateStatus.Done, Inflate(inflater, stream, data.Length, out byte[] output, out int consumed));
                Assert.Equal(data, output);
                Assert.Equal(deflate.Length, consumed);
            }

            if (data.Length == 0)
                continue;
            Assert.Equal(InflateStatus.OutputFull, Inflate(inflater, deflate, data.Length - 1, out byte[] cut, out _));
            Assert.Equal(data[..^1], cut);
        }
    }

    [Fact]
    public unsafe void Two_streams_side_by_side_give_what_each_gives_alone()
    {
        using ManagedInflater first = new(), second = new();
        (string Name, byte[] Data, byte[] Deflate)[] samples = [.. Samples()];
        foreach ((string name, byte[] data, byte[] deflate) in samples)
        {
            foreach ((string otherName, byte[] otherData, byte[] otherDeflate) in samples)
            {
                byte[] output = new byte[data.Length + Guard], other = new byte[otherData.Length + Guard];
                fixed (byte* from = deflate, to = output, otherFrom = otherDeflate, otherTo = other)
                {
                    first.Begin(from, deflate.Length, to, data.Length);
                    second.Begin(otherFrom, otherDeflate.Length, otherTo, otherData.Length);
                    ManagedInflater.RunTogether(first, second);
                    Assert.True(first.HasEnded || second.HasEnded);
                    Assert.Equal(InflateStatus.Done, second.Finish(out _));
                    Assert.Equal(InflateStatus.Done, first.Finish(out _));
                }

                Assert.True(output.AsSpan(0, data.Length).SequenceEqual(data), $"{name} beside {otherName}");
                Assert.True(other.AsSpan(0, otherData.Length).SequenceEqual(otherData), $"{otherName} beside {name}");
                Assert.Equal(new byte[Guard], output[data.Length..]);
                Assert.Equal(new byte[Guard], other[otherData.Length..]);
            }
        }
    }

    [Fact]
    public void Damaged_streams_are_taken_or_refused_as_zlib_does()
    {
        using ManagedInflater inflater = new();
        using IInflater zlib = Inflaters.Create(InflateLibrary.Runtime);
        Random random = new(5);
        int taken = 0, refused = 0;
        (string Name, byte[] Data, byte[] Deflate)[] samples = [.. Samples().Where(sample => sample.Deflate.Length is > 0 and < 20_000)];
        for (int round = 0; round < 6_000; round++)
        {
            (string name, byte[] data, byte[] deflate) = samples[round % samples.Length];
            byte[] bad = [.. deflate];
            int flips = random.Next(3);
            for (int flip = 0; flip < flips; flip++)
                bad[random.Next(random.Next(2) == 0 ? bad.Length : Math.Min(bad.Length, 80))] ^= (byte)(1 << random.Next(8));
            if (flips == 0)
                bad = bad[..random.Next(bad.Length)];
            int room = data.Length + random.Next(3) - 1;
            if (room <= 0)
                continue;
            InflateStatus expected = Inflate(zlib, bad, room, out byte[] right, out _);
            InflateStatus status = Inflate(inflater, bad, room, out byte[] output, out _);
            Assert.True((status == InflateStatus.Done) == (expected == InflateStatus.Done),
                $"{name}, round {round}: {status} instead of {expected}");
            if (status != InflateStatus.Done)
            {
                refused++;
                continue;
            }

            taken++;
            Assert.Equal(right, output);
        }

        Assert.True(taken > 100 && refused > 100, $"{taken} taken, {refused} refused");
    }

    [Fact]
    public void Without_vectors_the_tables_are_the_same()
    {
        using DeflateTables vectors = new(scalar: false), plain = new(scalar: true);
        Random random = new(3);
        for (int round = 0; round < 200; round++)
        {
            byte[] literals = Lengths(random, 286, random.Next(1, 15)), distances = Lengths(random, 30, random.Next(1, 15));
            bool isCode = vectors.Build(literals, distances);
            Assert.Equal(isCode, plain.Build(literals, distances));
            Assert.True(isCode == literals[256] > 0);
            Assert.True(!isCode || vectors.FastPair.SequenceEqual(plain.FastPair), $"round {round}");
        }
    }

    [Fact]
    public void Many_tiny_blocks_do_not_cost_a_table_each()
    {
        // An empty block of fixed codes takes ten bits: 3 of header, 7 of its end.
        using ManagedInflater inflater = new();
        byte[] stream = new byte[20_000];
        for (int block = 0; block < stream.Length * 8 / 10; block++)
            stream[((block * 10) + 1) / 8] |= (byte)(1 << (((block * 10) + 1) % 8));
        Assert.Equal(InflateStatus.BadData, Inflate(inflater, stream, 100, out byte[] _, out _));
        Assert.Equal(1, inflater.TablesMade);
    }

    // A complete code: leaves of a tree that is split where chance has it, given to symbols from the end on.
    private static byte[] Lengths(Random random, int symbols, int deepest)
    {
        List<byte> leaves = [1, 1];
        for (int splits = random.Next(symbols); splits > 0 && leaves.Count < symbols; splits--)
        {
            int leaf = random.Next(leaves.Count);
            if (leaves[leaf] >= deepest)
                continue;
            leaves[leaf]++;
            leaves.Add(leaves[leaf]);
        }

        byte[] lengths = new byte[symbols];
        leaves.CopyTo(lengths, symbols - leaves.Count);
        return lengths;
    }

    private static InflateStatus Inflate(IInflater inflater, byte[] stream, int room, out byte[] output, out int consumed)
    {
        byte[] memory = new byte[room + Guard];
        InflateStatus status = inflater.Inflate(stream, memory.AsSpan(0, room), out consumed, out int written);
        Assert.Equal(new byte[Guard], memory[room..]);
        output = memory[..written];
        return status;
    }

    private static IEnumerable<(string Name, byte[] Data, byte[] Deflate)> Samples()
    {
        Random random = new(11);
        foreach (int length in (int[])[0, 1, 5, 63, 64, 65, 300, 20_000, 200_000])
        {
            // Few values: matches of all lengths; many: literals; a picture's rows: matches one row back.
            yield return Make($"few values", length, CompressionLevel.Optimal, i => random.Next(3));
            yield return Make($"noise", length, CompressionLevel.Optimal, i => random.Next(256));
            yield return Make($"stored", length, CompressionLevel.NoCompression, i => random.Next(256));
            yield return Make($"rows", length, CompressionLevel.SmallestSize, i => (i % 1025 / 8) ^ (random.Next(12) == 0 ? 1 : 0));
            yield return Make($"runs", length, CompressionLevel.Fastest, i => i / 700);
            yield return Make($"short periods", length, CompressionLevel.Optimal, i => (i % (1 + (i / 2_000 % 40)) * 7) + (i / 2_000));

            // Values as rare as one in two to the n-th: codes of all lengths up to 15 bits.
            yield return Make($"long codes", length, CompressionLevel.Optimal,
                i => 16 * int.Min(15, int.TrailingZeroCount(random.Next() | (1 << 20))) + random.Next(16));
            yield return Make($"far matches", length, CompressionLevel.SmallestSize,
                i => i % 32_768 < 300 ? i % 32_768 : random.Next(256));
        }
    }

    private static (string Name, byte[] Data, byte[] Deflate) Make(string name, int length, CompressionLevel level, Func<int, int> value)
    {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++)
            data[i] = (byte)value(i);
        using MemoryStream stream = new();
        using (DeflateStream deflate = new(stream, level, leaveOpen: true))
            deflate.Write(data);
        byte[] bytes = stream.Length > 0 ? stream.ToArray() : [3, 0];
        return (name, data, bytes);
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>
/// Damages PNG and JPEG files in the ways that disks, networks and attackers do. The same seed gives the same files.
/// </summary>
internal sealed class FileMutator(IReadOnlyList<byte[]> seeds, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The next damaged file.</summary>
    public byte[] Next()
    {
        byte[] file = [.. Pick(seeds)];
        for (int rounds = _random.Next(1, 4); rounds > 0 && file.Length > 8; rounds--)
            file = Mutate(file);
        return file;
    }

    private static bool IsPng(byte[] file) => file.AsSpan().StartsWith(TestPng.Signature);

    private byte[] Mutate(byte[] file)
    {
        switch (_random.Next(10))
        {
            case 0:
                return FlipBits(file);
            case 1:
                return file[.._random.Next(file.Length)];
            case 2:
                return [.. file, .. Noise(_random.Next(1, 300))];
            case 3:
                return Splice(file, Pick(seeds));
            case 4:
                return Overwrite(file);
            case 5:
                return Remove(file);
            default:
                return IsPng(file) ? MutateChunks(file) : MutateSegments(file);
        }
    }

    private byte[] FlipBits(byte[] file)
    {
        for (int flips = _random.Next(1, 9); flips > 0; flips--)
            file[_random.Next(file.Length)] ^= (byte)(1 << _random.Next(8));
        return file;
    }

    private byte[] Overwrite(byte[] file)
    {
        int at = _random.Next(file.Length), length = Math.Min(_random.Next(1, 64), file.Length - at);
        byte[] values = _random.Next(3) switch
        {
            0 =>
            new byte[length],
            1 => [.. Enumerable.Repeat((byte)255, length)],
            _ => Noise(length)
        };
        values.CopyTo(file, at);
        return file;
    }

    private byte[] Remove(byte[] file)
    {
        int at = _random.Next(file.Length), length = Math.Min(_random.Next(1, 200), file.Length - at);
        return [.. file[..at], .. file[(at + length)..]];
    }

    private byte[] Splice(byte[] file, byte[] other) =>
        [.. file[.._random.Next(file.Length)], .. other[_random.Next(other.Length)..]];

    private byte[] MutateChunks(byte[] file)
    {
        List<byte[]> chunks;
        try
        {
            chunks = TestPng.Chunks(file);
        }
        catch (ArgumentOutOfRangeException)
        {
            return FlipBits(file);
        }

        int at = _random.Next(chunks.Count);
        switch (_random.Next(7))
        {
            case 0:
                chunks.RemoveAt(at);
                break;
            case 1:
                chunks.Insert(_random.Next(chunks.Count), chunks[at]);
                break;
            case 2:
                int other = _random.Next(chunks.Count);
                (chunks[at], chunks[other]) = (chunks[other], chunks[at]);
                break;
            case 3:
                BinaryPrimitives.WriteInt32BigEndian(chunks[at], _random.Next(2) == 0 ? _random.Next() : _random.Next(300));
                break;
            case 4 when chunks[0].Length > 24:
                chunks[0][8 + _random.Next(13)] = (byte)_random.Next(_random.Next(2) == 0 ? 18 : 256);
                break;
            default:
                if (chunks[at].Length > 12)
                    chunks[at][8 + _random.Next(chunks[at].Length - 12)] ^= (byte)(1 << _random.Next(8));
                break;
        }

        if (_random.Next(4) != 0)
            chunks.ForEach(MendChecksum);
        return TestPng.Join(chunks);
    }

    // With right checksums the damage reaches the code behind them.
    private static void MendChecksum(byte[] chunk) =>
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.HashToUInt32(chunk.AsSpan(4..^4)));

    private byte[] MutateSegments(byte[] file)
    {
        List<byte[]> segments;
        try
        {
            segments = TestJpeg.Segments(file);
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return FlipBits(file);
        }

        int at = _random.Next(segments.Count);
        switch (_random.Next(5))
        {
            case 0:
                segments.RemoveAt(at);
                break;
            case 1:
                segments.Insert(_random.Next(segments.Count), segments[at]);
                break;
            case 2:
                int other = _random.Next(segments.Count);
                (segments[at], segments[other]) = (segments[other], segments[at]);
                break;
            default:
                segments[at][_random.Next(Math.Min(24, segments[at].Length))] = (byte)_random.Next(256);
                break;
        }

        return TestJpeg.Join(segments);
    }

    private byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        _random.NextBytes(noise);
        return noise;
    }

    private byte[] Pick(IReadOnlyList<byte[]> files) => files[_random.Next(files.Count)];
}

using System.IO.Compression;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>What the decoder relies on when a library stops within a stream and goes on.</summary>
public sealed class InflaterTests
{
    [Theory]
    [InlineData(InflateLibrary.IsaL)]
    [InlineData(InflateLibrary.RuntimeStream)]
    public void A_library_that_can_stop_gives_the_same_bytes_in_parts_and_knows_where_its_stream_ended(InflateLibrary library)
    {
        Assert.SkipUnless(DecodePaths.Libraries.Contains(library), $"This machine does not have {library}.");
        using IInflater inflater = Inflaters.Create(library);
        Assert.True(inflater.CanPause, $"{library} was refused by its own check, so that images are never read in bands.");
        foreach (int length in (int[])[1, 40, 5_000, 300_000])
        {
            byte[] data = new byte[length];
            Random random = new(length);
            for (int i = 0; i < length; i++)
                data[i] = (byte)random.Next(i % 100 < 50 ? 4 : 200);
            byte[] deflate = Deflate(data), behind = [.. deflate, 0x11, 0x22, 0x33, 0x44];
            foreach (int part in (int[])[1, 7, 4_096, 262_144])
            {
                if (length > 5_000 && part < 4_096)
                    continue;
                Assert.Equal(data, InParts(inflater, behind, deflate.Length, length, part));
                Assert.Equal(deflate.Length, inflater.Consumed);
            }
        }
    }

    private static unsafe byte[] InParts(IInflater inflater, byte[] stream, int deflateBytes, int length, int part)
    {
        byte[] output = new byte[length + 1];
        fixed (byte* start = stream)
        {
            inflater.Begin(start, deflateBytes);
            int done = 0;
            while (done < length)
            {
                InflateStatus status = inflater.Next(output.AsSpan(done, Math.Min(part, length - done)), out int written);
                Assert.NotEqual(InflateStatus.BadData, status);
                Assert.True(written > 0);
                done += written;
            }

            Assert.Equal(InflateStatus.Done, inflater.Next(output.AsSpan(length), out int more));
            Assert.Equal(0, more);
        }

        return output[..^1];
    }

    private static byte[] Deflate(byte[] data)
    {
        using MemoryStream stream = new();
        using (DeflateStream deflate = new(stream, CompressionLevel.Optimal))
            deflate.Write(data);
        return stream.ToArray();
    }
}

using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline.Tests.Caching;

public sealed class RecordLineTests
{
    [Fact]
    public void The_fast_reader_reads_what_the_plain_one_does()
    {
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            double scale = Math.Pow(10, random.Next(-300, 300));
            StoredRecord record = new(
                random.Next(), $"{random.Next():D8}_{i:D3}", (ushort)random.Next(65536), random.NextInt64(), random.NextInt64(),
                (ulong)random.NextInt64() << 1,
                random.Next(500), random.NextDouble() * scale, i % 7 == 0
                    ? random.Next() : -random.NextDouble() / scale, (ulong)random.NextInt64());
            ReadOnlySpan<byte> line = ManifestLine.Acknowledge(5, record).AsSpan()[..^1];
            Assert.True(RecordLine.TryParse(line, out StoredRecord fast));
            Assert.Equal((record, record), (fast, ManifestLine.Parse(line).Record));
        }
    }

    [Theory]
    [InlineData("a\"b\\c")]
    [InlineData("Köln/1")]
    [InlineData("")]
    [InlineData("\ud83e\udec1")]
    public void Unusual_names_come_back_as_they_were(string name)
    {
        StoredRecord record = new(1, name, 2, 3, 4, 5, 6, 7.5, 8.25, 9);
        ReadOnlySpan<byte> line = ManifestLine.Acknowledge(5, record).AsSpan()[..^1];
        Assert.Equal(record, ManifestLine.Parse(line).Record);
        if (RecordLine.TryParse(line, out StoredRecord fast))
            Assert.Equal(record, fast);
    }

    [Fact]
    public void Lines_of_other_kinds_are_left_alone()
    {
        Assert.False(RecordLine.TryParse(ManifestLine.TakeBack(5, "a"), out _));
        Assert.False(RecordLine.TryParse(ManifestLine.BeginSlotsAt(5, 3), out _));
        Assert.False(RecordLine.TryParse(default, out _));
    }
}

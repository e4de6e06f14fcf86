using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChestXray.Pipeline.Caching;

/// <summary>One line of a manifest after its first; what it is not is null.</summary>
internal readonly record struct ManifestLine(
    StoredRecord? Record, QuarantinedImage? Quarantined, string? TakenBack, int? SlotsFrom, StoredSplit? Split = null)
{
    public static byte[] Acknowledge(ulong seed, StoredRecord record) => ManifestText.Line(seed, writer =>
    {
        writer.WriteNumber("record"u8, record.Number);
        writer.WriteString("name"u8, record.Name);
        writer.WriteNumber("labels"u8, record.FindingBits);
        writer.WriteNumber("source_bytes"u8, record.SourceBytes);
        writer.WriteNumber("source_modified"u8, record.SourceModified);
        writer.WriteString("source_xxh3"u8, record.SourceHash.ToString("x16"));
        writer.WriteNumber("draft"u8, record.Draft);
        writer.WriteNumber("sum"u8, record.Sum);
        writer.WriteNumber("sum_of_squares"u8, record.SumOfSquares);
        writer.WriteString("xxh3"u8, record.Hash.ToString("x16"));
    });

    public static byte[] SetAside(ulong seed, QuarantinedImage image) => ManifestText.Line(seed, writer =>
    {
        writer.WriteString("quarantined"u8, image.Name);
        writer.WriteString("path"u8, image.Path);
        writer.WriteNumber("source_bytes"u8, image.SourceBytes);
        writer.WriteNumber("source_modified"u8, image.SourceModified);
        writer.WriteString("reason"u8, image.Reason);
        writer.WriteString("detail"u8, image.Detail);
    });

    public static byte[] TakeBack(ulong seed, string name) =>
        ManifestText.Line(seed, writer => writer.WriteString("taken_back"u8, name));

    public static byte[] BeginSlotsAt(ulong seed, int slot) =>
        ManifestText.Line(seed, writer => writer.WriteNumber("slots_from"u8, slot));

    public static byte[] Note(ulong seed, StoredSplit split) => ManifestText.Line(seed, writer =>
    {
        writer.WriteString("split"u8, split.Name);
        writer.WriteNumber("train"u8, split.Train);
        writer.WriteNumber("validation"u8, split.Validation);
        writer.WriteNumber("test"u8, split.Test);
        writer.WriteString("split_xxh3"u8, split.Hash.ToString("x16"));
        writer.WriteNumber("mean"u8, split.Mean);
        writer.WriteNumber("standard_deviation"u8, split.StandardDeviation);
    });

    /// <summary>Reads a line whose check held.</summary>
    /// <exception cref="JsonException">No JSON object.</exception>
    /// <exception cref="FormatException">A field is missing, unknown or out of range.</exception>
    /// <exception cref="InvalidOperationException">A field has the wrong type.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ManifestLine Parse(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        int record = -1, draft = 0, slotsFrom = -1, train = -1, validation = -1, test = -1;
        ushort labels = 0;
        long sourceBytes = -1, sourceModified = -1;
        ulong hash = 0, sourceHash = 0, splitHash = 0;
        double sum = double.NaN, sumOfSquares = double.NaN, mean = double.NaN, deviation = double.NaN;
        string? name = null, quarantined = null, takenBack = null, path = null, reason = null, detail = null, split = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Utf8JsonReader field = reader;
            reader.Read();
            if (field.ValueTextEquals("record"u8)) record = reader.GetInt32();
            else if (field.ValueTextEquals("name"u8)) name = reader.GetString();
            else if (field.ValueTextEquals("labels"u8)) labels = reader.GetUInt16();
            else if (field.ValueTextEquals("source_bytes"u8)) sourceBytes = reader.GetInt64();
            else if (field.ValueTextEquals("source_modified"u8)) sourceModified = reader.GetInt64();
            else if (field.ValueTextEquals("source_xxh3"u8)) sourceHash = Hexadecimal(reader.ValueSpan);
            else if (field.ValueTextEquals("draft"u8)) draft = reader.GetInt32();
            else if (field.ValueTextEquals("sum"u8)) sum = reader.GetDouble();
            else if (field.ValueTextEquals("sum_of_squares"u8)) sumOfSquares = reader.GetDouble();
            else if (field.ValueTextEquals("xxh3"u8)) hash = Hexadecimal(reader.ValueSpan);
            else if (field.ValueTextEquals("quarantined"u8)) quarantined = reader.GetString();
            else if (field.ValueTextEquals("taken_back"u8)) takenBack = reader.GetString();
            else if (field.ValueTextEquals("slots_from"u8)) slotsFrom = reader.GetInt32();
            else if (field.ValueTextEquals("path"u8)) path = reader.GetString();
            else if (field.ValueTextEquals("reason"u8)) reason = reader.GetString();
            else if (field.ValueTextEquals("detail"u8)) detail = reader.GetString();
            else if (field.ValueTextEquals("split"u8)) split = reader.GetString();
            else if (field.ValueTextEquals("train"u8)) train = reader.GetInt32();
            else if (field.ValueTextEquals("validation"u8)) validation = reader.GetInt32();
            else if (field.ValueTextEquals("test"u8)) test = reader.GetInt32();
            else if (field.ValueTextEquals("split_xxh3"u8)) splitHash = Hexadecimal(reader.ValueSpan);
            else if (field.ValueTextEquals("mean"u8)) mean = reader.GetDouble();
            else if (field.ValueTextEquals("standard_deviation"u8)) deviation = reader.GetDouble();
            else if (!field.ValueTextEquals("check"u8)) throw new FormatException($"unknown field '{field.GetString()}'");
        }

        if (takenBack is not null)
            return new(null, null, takenBack, null);
        if (split is not null && train >= 0 && validation >= 0 && test >= 0 && double.IsFinite(mean)
            && double.IsFinite(deviation))
            return new(null, null, null, null, new(split, train, validation, test, splitHash, mean, deviation));
        if (slotsFrom >= 0)
            return new(null, null, null, slotsFrom);
        if (quarantined is not null && path is not null && reason is not null && detail is not null)
            return new(null, new(quarantined, path, sourceBytes, sourceModified, reason, detail), null, null);
        return name is not null && record >= 0 && double.IsFinite(sum) && double.IsFinite(sumOfSquares)
            ? new(new(record, name, labels, sourceBytes, sourceModified, sourceHash, draft, sum, sumOfSquares, hash), null, null,
                null)
            : throw new FormatException("a field is missing");
    }

    private static ulong Hexadecimal(ReadOnlySpan<byte> digits) =>
        ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

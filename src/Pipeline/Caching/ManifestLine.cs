using System.Globalization;
using System.Text.Json;

namespace ChestXray.Pipeline.Caching;

/// <summary>One line of a manifest after its first: exactly one of the three is set.</summary>
internal readonly record struct ManifestLine(StoredRecord Record, QuarantinedImage? Quarantined, string? TakenBack)
{
    /// <exception cref="JsonException">No JSON object.</exception>
    /// <exception cref="FormatException">A field is missing or unknown.</exception>
    /// <exception cref="InvalidOperationException">A field has the wrong type.</exception>
    public static ManifestLine Parse(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        int record = -1;
        long sourceBytes = -1, sourceModified = -1;
        double sum = double.NaN, sumOfSquares = double.NaN;
        string? name = null, quarantined = null, takenBack = null, path = null, reason = null, detail = null, hash = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "record": record = reader.GetInt32(); break;
                case "name": name = reader.GetString(); break;
                case "source_bytes": sourceBytes = reader.GetInt64(); break;
                case "source_modified": sourceModified = reader.GetInt64(); break;
                case "sum": sum = reader.GetDouble(); break;
                case "sum_of_squares": sumOfSquares = reader.GetDouble(); break;
                case "xxh3": hash = reader.GetString(); break;
                case "quarantined": quarantined = reader.GetString(); break;
                case "taken_back": takenBack = reader.GetString(); break;
                case "path": path = reader.GetString(); break;
                case "reason": reason = reader.GetString(); break;
                case "detail": detail = reader.GetString(); break;
                default: throw new FormatException($"unknown field '{field}'");
            }
        }

        if (takenBack is not null)
            return new(default, null, takenBack);
        if (quarantined is not null && path is not null && reason is not null && detail is not null)
            return new(default, new(quarantined, path, sourceBytes, sourceModified, reason, detail), null);
        return name is not null && record >= 0 && hash is not null && double.IsFinite(sum) && double.IsFinite(sumOfSquares)
            ? new(new(record, name, sourceBytes, sourceModified, sum, sumOfSquares, ulong.Parse(hash, NumberStyles.HexNumber)), null, null)
            : throw new FormatException("a field is missing");
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ChestXray.Model.Jobs;

/// <summary>How jobs write JSON: snake_case, indented, enums as words.</summary>
internal static class JobJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new FiniteOrNull() },
    };

    public static string Write(object document) => JsonSerializer.Serialize(document, Options);

    /// <summary>An evaluation in its own form, to stand inside another document.</summary>
    public static JsonNode? Embed(EvaluationResult evaluation) => JsonNode.Parse(evaluation.ToJson());

    /// <summary>JSON has no NaN: a loss that ran away is null, and the document is written all the same.</summary>
    private sealed class FiniteOrNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}

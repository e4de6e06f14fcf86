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
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Write(object document) => JsonSerializer.Serialize(document, Options);

    /// <summary>An evaluation in its own form, to stand inside another document.</summary>
    public static JsonNode? Embed(EvaluationResult evaluation) => JsonNode.Parse(evaluation.ToJson());
}

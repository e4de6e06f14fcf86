using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChestXray.Model.Evaluation;

/// <summary>Results as JSON, without reflection.</summary>
[JsonSourceGenerationOptions]
[JsonSerializable(typeof(EvaluationResult))]
internal sealed partial class EvaluationJson : JsonSerializerContext
{
    /// <summary>One result.</summary>
    public static string Write(EvaluationResult result)
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            // Quotes stay readable; the document goes to a file or a terminal, never unescaped into a page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        return JsonSerializer.Serialize(result, new EvaluationJson(options).EvaluationResult);
    }
}

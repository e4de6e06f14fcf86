using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>What a preparation gave.</summary>
/// <param name="Index">The images and what did not match.</param>
/// <param name="Preparation">What was decoded.</param>
/// <param name="PeakBytes">The most resident memory seen.</param>
public sealed record PreparationJobResult(DataSetIndex Index, PrepareResult Preparation, long PeakBytes)
{
    /// <summary>The document that `--json` prints.</summary>
    public string ToJson() => JobJson.Write(new Dictionary<string, object?>
    {
        ["store"] = Preparation.Folder,
        ["images"] = Index.Images.Count,
        ["decoded"] = Preparation.Decoded,
        ["reused"] = Preparation.Reused,
        ["seconds"] = Preparation.Elapsed.TotalSeconds,
        ["images_per_second"] = Preparation.ImagesPerSecond,
        ["source_bytes"] = Preparation.SourceBytes,
        ["core_seconds_per_image"] = Preparation.CoreSecondsPerImage,
        ["stages"] = StageTable.ToJson(Preparation),
        ["binding_stage"] = StageTable.Binding(Preparation)?.Name,
        ["over_limit"] = StageTable.OverLimit(Preparation),
        ["peak_memory_mib"] = PeakBytes / 1048576.0,
        ["left_out"] = Index.Problems.Select(problem => new { kind = problem.Kind, name = problem.Name, detail = problem.Detail }),
        ["quarantine"] = Preparation.Quarantine.Select(image => new { path = image.Path, reason = image.Reason, detail = image.Detail }),
    });
}

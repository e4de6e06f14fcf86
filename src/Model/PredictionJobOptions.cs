using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>What to predict with, and what.</summary>
public sealed record PredictionJobOptions
{
    /// <summary>A run's folder; null where <see cref="OnnxPath"/> is given.</summary>
    public string? RunFolder { get; init; }

    /// <summary>Which of the run's models: `weighted` or `plain`; null takes the weighted one where there is one.</summary>
    public string? Loss { get; init; }

    /// <summary>A file of `export --format onnx`.</summary>
    public string? OnnxPath { get; init; }

    /// <summary>Files, folders and patterns.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>auto, cpu, cuda or cuda:N; ONNX files are computed on the CPU.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Samples at a time, from 1.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Threads that decode; 0: one per core.</summary>
    public int DecodeThreads { get; init; }

    /// <summary>Gets a CSV file that `score` reads; null: none.</summary>
    public string? CsvPath { get; init; }

    /// <summary>Gets a picture of each image with its probabilities; null: none.</summary>
    public string? PictureFolder { get; init; }

    /// <summary>Gets a heat map of each image, for its most probable finding; null: none. Not for ONNX files.</summary>
    public string? HeatmapFolder { get; init; }

    /// <summary>
    /// NIH's list of boxes; heat maps of the images in it are compared with them. Null: not. Not for ONNX files.
    /// </summary>
    public string? BoxPath { get; init; }

    /// <summary>The finding whose heat map is drawn; null: each image's most probable one.</summary>
    public string? Finding { get; init; }

    internal void Validate()
    {
        if (Finding is not null && Findings.IndexOf(Finding) < 0)
            throw new ArgumentException($"There is no finding '{Finding}'; there are {string.Join(", ", Findings.Names)}.");
        if (RunFolder is null == OnnxPath is null)
            throw new ArgumentException("Name the model by either --run or --onnx.");
        if (Loss is not (null or "weighted" or "plain"))
            throw new ArgumentException($"The loss '{Loss}' is unknown; a run's models are weighted and plain.");
        if ((HeatmapFolder ?? BoxPath) is not null && RunFolder is null)
            throw new ArgumentException(
                "Heat maps need the network's feature maps, which an ONNX file does not give: use --run.");
        if (BatchSize is < 1 or > 65_536 || DecodeThreads is < 0 or > 256)
            throw new ArgumentException(
                $"A batch size of {BatchSize} and {DecodeThreads} threads: 1 to 65536 and 0 to 256 are allowed.");
    }
}

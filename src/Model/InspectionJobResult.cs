using ChestXray.Model.Exploration;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>What an inspection gave.</summary>
public sealed record InspectionJobResult
{
    /// <summary>Whether any of the images were made by this program.</summary>
    public required bool IsPhantom { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>The images and what did not match.</summary>
    public required DataSetIndex Index { get; init; }

    /// <summary>What was decoded.</summary>
    public required PrepareResult Preparation { get; init; }

    /// <summary>What was found.</summary>
    public required InspectionResult Inspection { get; init; }

    /// <summary>The images at hand, counted.</summary>
    public required DataSetTables Tables { get; init; }

    /// <summary>The images at hand of each set; empty where the label file has too few patients to be divided.</summary>
    public required IReadOnlyDictionary<SplitSet, DataSetTables> Sets { get; init; }

    /// <summary>How the sets were made, in a sentence.</summary>
    public required string SplitWords { get; init; }

    /// <summary>Size and pixel type of the records.</summary>
    public required StoreLayout Layout { get; init; }

    /// <summary>The page.</summary>
    public required string PagePath { get; init; }

    /// <summary>The document with every problem and every table.</summary>
    public required string JsonPath { get; init; }

    /// <summary>The list of images to leave out; null where none was asked for.</summary>
    public string? ExclusionPath { get; init; }

    /// <summary>How many images training is better off without.</summary>
    public int LeaveOut =>
        Inspection.Problems.Where(problem => problem.LeaveOut).Select(problem => problem.Name).Distinct().Count();

    /// <summary>The document that `--json` prints and <see cref="JsonPath"/> holds.</summary>
    public string ToJson() => InspectionDocument.Write(this);
}

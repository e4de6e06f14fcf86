namespace ChestXray.Model;

/// <summary>
/// How a training run is set up: as the guide, or with any of its choices mended. docs/recipes.md lists every difference and
/// its effect.
/// </summary>
[Flags]
public enum Recipe
{
    /// <summary>As the guide trains, its choices included.</summary>
    Guide = 0,

    /// <summary>Every finding that is rare among the training images is augmented, instead of the guide's ten.</summary>
    RareCopies = 1,

    /// <summary>Each copy is turned and zoomed once, however many findings it was made for.</summary>
    OneTurn = 2,

    /// <summary>The class weights are those of the samples that are trained on, copies included.</summary>
    StreamWeights = 4,

    /// <summary>Thresholds are chosen on the validation set.</summary>
    ChosenThresholds = 8,

    /// <summary>All of these.</summary>
    Improved = RareCopies | OneTurn | StreamWeights | ChosenThresholds,
}

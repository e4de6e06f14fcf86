namespace ChestXray.Model;

/// <summary>How a training run is set up. docs/recipes.md lists every difference.</summary>
public enum Recipe
{
    /// <summary>As the guide trains, its choices included.</summary>
    Guide,

    /// <summary>
    /// With the guide's choices mended: every rare finding is augmented, each copy is turned and zoomed once, the class weights are those of
    /// the samples that are really trained on, and thresholds are chosen on the validation set.
    /// </summary>
    Improved,
}

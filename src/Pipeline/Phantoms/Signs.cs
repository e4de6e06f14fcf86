namespace ChestXray.Pipeline.Phantoms;

/// <summary>The visible sign of each finding, each of its own kind, varied in place, size and contrast.</summary>
/// <remarks>They hint at what a reader of radiographs looks for; they are schematic and teach nobody medicine.</remarks>
internal static class Signs
{
    /// <summary>What a finding does to the chest's own shape, before anything is painted.</summary>
    public static void Reshape(int finding, Thorax thorax, Draws draws)
    {
        switch (Findings.Names[finding])
        {
            case "Cardiomegaly":
                float growth = draws.Between(1.45f, 1.75f);
                thorax.HeartX += 0.012f;
                thorax.HeartWidth *= growth;
                thorax.HeartHeight *= 0.5f + (0.5f * growth);
                thorax.HeartY -= 0.01f;
                break;
            case "Emphysema":
                // Too much air: low flat diaphragm, dark lungs, slender heart.
                thorax.LungBase[0] += 0.06f;
                thorax.LungBase[1] += 0.06f;
                thorax.Dome *= 0.4f;
                thorax.Air += draws.Between(0.05f, 0.08f);
                thorax.HeartWidth *= 0.9f;
                break;
        }
    }

    /// <summary>Paints a finding's sign over the chest.</summary>
    public static void Paint(int finding, Canvas canvas, Thorax thorax, Draws draws)
    {
        switch (Findings.Names[finding])
        {
            case "Atelectasis": LineSigns.Atelectasis(canvas, thorax, draws); break;
            case "Consolidation": HazeSigns.Consolidation(canvas, thorax, draws); break;
            case "Edema": HazeSigns.Edema(canvas, thorax, draws); break;
            case "Effusion": WallSigns.Effusion(canvas, thorax, draws); break;
            case "Emphysema": RoundSigns.Emphysema(canvas, thorax, draws); break;
            case "Fibrosis": LineSigns.Fibrosis(canvas, thorax, draws); break;
            case "Hernia": RoundSigns.Hernia(canvas, thorax, draws); break;
            case "Infiltration": HazeSigns.Infiltration(canvas, thorax, draws); break;
            case "Mass": RoundSigns.Mass(canvas, thorax, draws); break;
            case "Nodule": RoundSigns.Nodule(canvas, thorax, draws); break;
            case "Pleural_Thickening": WallSigns.PleuralThickening(canvas, thorax, draws); break;
            case "Pneumonia": RoundSigns.Pneumonia(canvas, thorax, draws); break;
            case "Pneumothorax": WallSigns.Pneumothorax(canvas, thorax, draws); break;
        }
    }
}

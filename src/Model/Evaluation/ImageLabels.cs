using ChestXray.Pipeline;

namespace ChestXray.Model.Evaluation;

/// <summary>One image's labels and facts.</summary>
/// <param name="Facts">Name, patient, age, sex, view.</param>
/// <param name="FindingBits">Bit i is set where the image has finding i of <see cref="Findings"/>.</param>
internal readonly record struct ImageLabels(ImageFacts Facts, ushort FindingBits);

using System.Security.Cryptography;
using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>What a resumed run must have in common with the one that it goes on with.</summary>
internal static class JobIdentity
{
    public static Dictionary<string, string> Of(TrainingJobOptions options, TrainingData data)
    {
        Dictionary<string, string> identity = new()
        {
            ["recipe"] = options.Recipe.ToString().ToLowerInvariant(),
            ["exact augmentation"] = options.ExactAugmentation.ToString(),
            ["layout"] = options.Layout.FolderName,
        };
        foreach ((SplitSet set, IReadOnlyList<SetImage> images) in data.Sets)
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (SetImage image in images)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(
                    $"{image.Label.FileName}\n{image.Label.FindingBits}\n{image.Record.Number}\n{image.Record.Hash:x16}\n"));
            }

            identity[$"{set.ToString().ToLowerInvariant()} set"] = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        return identity;
    }
}

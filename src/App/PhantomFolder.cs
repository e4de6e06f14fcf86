using ChestXray.Model;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>The phantom set that `train` makes where nobody named any data, and how it is trained on by default.</summary>
internal static class PhantomFolder
{
    /// <summary>Pixels a side: enough for the signs, and a fifth of 224's work.</summary>
    public const int Size = 112;

    /// <summary>Enough for both losses in a few minutes on two cores.</summary>
    public const int Epochs = 8;

    /// <summary>Makes the set where it is not there yet; returns its folder.</summary>
    public static string Ensure(IJobObserver observer, CancellationToken stop)
    {
        PhantomOptions options = new();
        string folder = Path.Combine("data", options.FolderName);
        observer.Say($"No --data given: training on phantoms, made images in {Path.GetFullPath(folder)}.");
        return SampleVerb.Write(folder, options, observer, stop);
    }
}

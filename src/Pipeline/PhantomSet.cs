using System.Runtime.ExceptionServices;
using System.Text;
using ChestXray.Pipeline.Phantoms;

namespace ChestXray.Pipeline;

/// <summary>What <see cref="PhantomSet.Write"/> did.</summary>
/// <param name="Images">Images in the set.</param>
/// <param name="Patients">Patients in the set.</param>
/// <param name="Drawn">Images drawn by this call; the others were there.</param>
public sealed record PhantomResult(int Images, int Patients, int Drawn);

/// <summary>
/// A data set in NIH ChestX-ray14's layout that a program draws: schematic chest radiographs in which each of the 14 findings
/// has a visible sign of its own. It shows that the whole way from files to a trained model works; it shows nothing of medicine.
/// </summary>
/// <remarks>The default set takes about 85 MB. Several threads may call at once, each for a folder of its own.</remarks>
public static class PhantomSet
{
    /// <summary>The file whose presence says that a folder holds phantoms.</summary>
    public const string MarkerName = Marker.FileName;

    /// <summary>Rises whenever equal options would give other pictures or labels.</summary>
    public const int GeneratorVersion = 1;

    private const int Folders = 12, RgbaEvery = 100, RgbaAt = 7;

    /// <summary>Whether a folder, or one of the two above it (as `images_001/images` has), is marked as a phantom set.</summary>
    /// <remarks>A damaged or unfinished set counts: phantoms are never taken for radiographs of people.</remarks>
    public static bool IsPhantom(string folder)
    {
        DirectoryInfo? place = new(Path.GetFullPath(folder));
        for (int level = 0; level <= 2 && place is not null; level++, place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, MarkerName)))
                return true;
        }

        return false;
    }

    /// <summary>Writes the set, or completes what an interrupted call with equal options left; what is whole is kept.</summary>
    /// <param name="folder">New, empty, or holding this very set.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="progress">Told the number of images in place, from several threads and not always in order.</param>
    /// <param name="cancel">Ends the work between two images; a later call completes it.</param>
    /// <exception cref="IOException">The folder holds something else, or other phantoms, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The folder's marker is damaged.</exception>
    public static PhantomResult Write(
        string folder, PhantomOptions options, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        options.Check();
        string root = Path.GetFullPath(folder);
        bool wasComplete = FindOwnMarker(root, options)?.IsComplete ?? false;
        List<PhantomImage> images = Cohort.Make(options);
        string[] paths = [.. images.Select((image, i) => PathOf(root, image, i, images.Count))];
        int[] missing = [.. Enumerable.Range(0, paths.Length).Where(i => !File.Exists(paths[i]) || !GreyPng.IsWhole(paths[i]))];
        Directory.CreateDirectory(root);
        if (missing.Length > 0 || !wasComplete)
            WriteText(root, MarkerName, Marker.Of(options, isComplete: false).Text);
        foreach ((string name, string text) in LabelFiles.Make(options, images))
            WriteText(root, name, text);
        DrawAll(missing, images, paths, options, progress, cancel);
        WriteText(root, MarkerName, Marker.Of(options, isComplete: true).Text);
        return new PhantomResult(images.Count, images[^1].Patient, missing.Length);
    }

    private static Marker? FindOwnMarker(string root, PhantomOptions options)
    {
        if (!Directory.Exists(root) || !Directory.EnumerateFileSystemEntries(root).Any())
            return null;
        Marker asked = Marker.Of(options, isComplete: true);
        Marker found = Marker.Read(root) ?? throw new IOException(
            $"{root} is not empty and has no {MarkerName}, so it is no phantom set and nothing is written into it. " +
            "Choose a new or empty folder.");
        if (found with { IsComplete = true } != asked)
        {
            throw new IOException(
                $"{root} holds other phantoms ({found}) than those asked for ({asked}). Choose another folder, or delete it.");
        }

        return found;
    }

    // Twelve folders in the order of the names, as Kaggle has them.
    private static string PathOf(string root, PhantomImage image, int index, int count)
    {
        int folder = 1 + (int)((long)index * Math.Min(Folders, count) / count);
        return Path.Combine(root, $"images_{folder:D3}", "images", image.FileName);
    }

    private static void DrawAll(
        int[] missing, List<PhantomImage> images, string[] paths, PhantomOptions options, IProgress<int>? progress,
        CancellationToken cancel)
    {
        foreach (string? folder in missing.Select(i => Path.GetDirectoryName(paths[i])).Distinct())
            Directory.CreateDirectory(folder!);
        int done = images.Count - missing.Length;
        ParallelOptions parallel = new()
        {
            CancellationToken = cancel,
            MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
        };
        try
        {
            Parallel.ForEach(missing, parallel, () => new Radiograph(options.Side), (i, _, radiograph) =>
            {
                ReadOnlySpan<byte> grey = radiograph.Draw(images[i], options.Seed);
                WriteWhole(paths[i], GreyPng.Encode(grey, options.Side, rgba: i % RgbaEvery == RgbaAt));
                progress?.Report(Interlocked.Increment(ref done));
                return radiograph;
            }, _ => { });
        }
        catch (AggregateException errors)
        {
            // A full disk is reported once and as what it is.
            ExceptionDispatchInfo.Throw(errors.Flatten().InnerExceptions[0]);
        }
    }

    private static void WriteText(string root, string name, string text)
    {
        string path = Path.Combine(root, name);
        byte[] content = Encoding.ASCII.GetBytes(text);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            WriteWhole(path, content);
    }

    // A reader sees the old file, the new file or none, never a part.
    private static void WriteWhole(string path, byte[] content)
    {
        string unfinished = path + ".tmp";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
    }
}

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
/// <remarks>The default set takes about 85 MB. Safe for several threads as long as no two of them write the same folder.</remarks>
public static class PhantomSet
{
    /// <summary>The file whose presence says that a folder holds phantoms.</summary>
    public const string MarkerName = Marker.FileName;

    /// <summary>Rises whenever equal options would give other pictures or labels.</summary>
    public const int GeneratorVersion = 1;

    private const int MostFolders = 12, RgbaEvery = 100, RgbaAt = 7;

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
        Refuse(root, options);
        List<PhantomImage> images = Cohort.Make(options);
        Directory.CreateDirectory(root);
        WriteWhole(Path.Combine(root, MarkerName), Text(Marker.Of(options, isComplete: false).Text));
        foreach ((string name, string text) in LabelFiles.Make(options, images))
            WriteWhole(Path.Combine(root, name), Text(text));
        int drawn = DrawAll(root, options, images, progress, cancel);
        WriteWhole(Path.Combine(root, MarkerName), Text(Marker.Of(options, isComplete: true).Text));
        return new PhantomResult(images.Count, images[^1].Patient, drawn);
    }

    private static void Refuse(string root, PhantomOptions options)
    {
        if (!Directory.Exists(root) || !Directory.EnumerateFileSystemEntries(root).Any())
            return;
        Marker asked = Marker.Of(options, isComplete: true);
        Marker found = Marker.Read(root) ?? throw new IOException(
            $"{root} is not empty and has no {MarkerName}, so it is no phantom set and nothing is written into it. " +
            "Choose a new or empty folder.");
        if (found with { IsComplete = true } != asked)
        {
            throw new IOException(
                $"{root} holds other phantoms ({found}) than those asked for ({asked}). Choose another folder, or delete it.");
        }
    }

    private static int DrawAll(
        string root, PhantomOptions options, List<PhantomImage> images, IProgress<int>? progress, CancellationToken cancel)
    {
        string[] folders = [.. Enumerable.Range(1, Math.Min(MostFolders, images.Count))
            .Select(number => Path.Combine(root, $"images_{number:D3}", "images"))];
        foreach (string path in folders)
            Directory.CreateDirectory(path);
        int done = 0, drawn = 0;
        ParallelOptions parallel = new()
        {
            CancellationToken = cancel,
            MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
        };
        try
        {
            Parallel.For(0, images.Count, parallel, () => new Radiograph(options.Side), (i, _, radiograph) =>
            {
                string path = Path.Combine(folders[(int)((long)i * folders.Length / images.Count)], images[i].FileName);
                if (!File.Exists(path) || !GreyPng.IsWhole(path))
                {
                    ReadOnlySpan<byte> grey = radiograph.Draw(images[i], options.Seed);
                    WriteWhole(path, GreyPng.Encode(grey, options.Side, rgba: i % RgbaEvery == RgbaAt));
                    Interlocked.Increment(ref drawn);
                }

                progress?.Report(Interlocked.Increment(ref done));
                return radiograph;
            }, _ => { });
        }
        catch (AggregateException errors)
        {
            // A full disk is reported once and as what it is.
            ExceptionDispatchInfo.Throw(errors.Flatten().InnerExceptions[0]);
        }

        return drawn;
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    // A reader sees the old file, the new file or none, never a part.
    private static void WriteWhole(string path, byte[] content)
    {
        string unfinished = path + ".tmp";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
    }
}

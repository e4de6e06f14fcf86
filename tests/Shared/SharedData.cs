namespace ChestXray.Tests;

/// <summary>
/// Finds the real radiographs, labels and golden files beside the checkout; tests that need them skip where they are not.
/// </summary>
internal static class SharedData
{
    /// <summary>The repository's root folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>
    /// The folder `shared` beside the checkout (or the one that CHESTXRAY_SHARED names); null where there is none.
    /// </summary>
    public static string? Root { get; } = FindShared();

    /// <summary>The full path of a shared file or folder; skips the calling test where it is missing.</summary>
    public static string Require(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        bool found = path is not null && (File.Exists(path) || Directory.Exists(path));
        Assert.SkipUnless(found, $"needs shared/{relative} beside the checkout (or CHESTXRAY_SHARED naming that folder)");
        return path!;
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ChestXray.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException(
            $"No ChestXray.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }

    private static string? FindShared()
    {
        string path = Environment.GetEnvironmentVariable("CHESTXRAY_SHARED") ?? Path.Combine(Repository, "..", "shared");
        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }
}

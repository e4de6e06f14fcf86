using System.Text;
using System.Text.RegularExpressions;

namespace ChestXray.Model.Feeding;

/// <summary>Image files from what people name: files, folders (everything below them), and patterns with * ? and **.</summary>
internal static class ImageList
{
    private static readonly string[] _extensions = [".png", ".jpg", ".jpeg"];
    private static readonly EnumerationOptions _below = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    /// <summary>The files, each once; what one name stands for in the order of their paths.</summary>
    /// <param name="names">Files are taken whatever their extension.</param>
    /// <exception cref="JobException">A name that stands for nothing.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> names)
    {
        List<string> paths = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            int before = paths.Count;
            bool isKnown = false;
            foreach (string path in Expand(name))
            {
                isKnown = true;
                if (known.Add(Path.GetFullPath(path)))
                    paths.Add(path);
            }

            if (paths.Count == before && !isKnown)
                throw new JobException($"'{name}' is no file, no folder with images ({string.Join(", ", _extensions)}) and no pattern that fits any.");
        }

        return paths;
    }

    private static IEnumerable<string> Expand(string name)
    {
        if (File.Exists(name))
            return [name];
        if (Directory.Exists(name))
            return Images(name);
        int wild = name.AsSpan().IndexOfAny('*', '?');
        if (wild < 0)
            return [];
        int cut = name.LastIndexOf(Path.DirectorySeparatorChar, wild);
        string folder = cut < 0 ? "." : cut == 0 ? "/" : name[..cut];
        Regex pattern = new(Pattern(name[(cut + 1)..]), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return Directory.Exists(folder) ? Images(folder).Where(path => pattern.IsMatch(Path.GetRelativePath(folder, path))) : [];
    }

    private static IEnumerable<string> Images(string folder) => Directory.EnumerateFiles(folder, "*", _below)
        .Where(path => _extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal);

    /// <summary>* and ? stay inside a folder, ** crosses them.</summary>
    private static string Pattern(string glob)
    {
        StringBuilder pattern = new("^");
        for (int i = 0; i < glob.Length; i++)
        {
            bool isDouble = glob.AsSpan(i).StartsWith("**"), takesSlash = glob.AsSpan(i).StartsWith("**/");
            pattern.Append(glob[i] switch
            {
                // "a/**/b" also stands for "a/b".
                '*' when takesSlash => "(?:.*/)?",
                '*' when isDouble => ".*",
                '*' => "[^/]*",
                '?' => "[^/]",
                _ => Regex.Escape(glob[i].ToString()),
            });
            i += takesSlash ? 2 : isDouble ? 1 : 0;
        }

        return pattern.Append('$').ToString();
    }
}

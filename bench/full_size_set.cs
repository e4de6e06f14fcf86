// Makes a data set of NIH's full size for a rehearsal: the 112,120 real names in Kaggle's twelve folders, hard links to a few
// originals in turn, beside the real label file. Needs a few megabytes of disk beside the originals' own.
//
//   dotnet run bench/full_size_set.cs -- ORIGINALS LABELS OUT
//
// ORIGINALS: a folder with PNG files of NIH's (any nesting). LABELS: Data_Entry_2017_v2020.csv or .csv.gz. OUT: a folder that
// is not there.
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;

if (args.Length != 3)
{
    Console.Error.WriteLine("usage: dotnet run bench/full_size_set.cs -- ORIGINALS LABELS OUT");
    return 2;
}

(string originals, string labels, string target) = (args[0], args[1], Path.GetFullPath(args[2]));
if (Directory.Exists(target))
{
    Console.Error.WriteLine($"{target} is there already: name a new folder.");
    return 1;
}

// The first file name of each of the folders 002 to 012; images_001 begins with the first name of all.
string[] firstNames =
[
    "00001336_000", "00003923_014", "00006585_007", "00009232_004", "00011558_008", "00013774_026",
    "00016051_010", "00018387_035", "00020945_050", "00024718_000", "00028173_003",
];

Directory.CreateDirectory(Path.Combine(target, ".originals"));
string[] sources = [.. Directory.GetFiles(originals, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
for (int i = 0; i < sources.Length; i++)
{
    string copy = Path.Combine(target, ".originals", i.ToString("D4", CultureInfo.InvariantCulture));
    File.Copy(sources[i], copy);
    sources[i] = copy;
}

string labelCopy = Path.Combine(target, "Data_Entry_2017_v2020.csv");
using (Stream packed = File.OpenRead(labels))
using (Stream plain = labels.EndsWith(".gz", StringComparison.Ordinal)
    ? new GZipStream(packed, CompressionMode.Decompress) : packed)
using (FileStream copy = File.Create(labelCopy))
    plain.CopyTo(copy);

int linked = 0;
foreach (string name in File.ReadLines(labelCopy).Skip(1).Select(line => line[..line.IndexOf(',')]).Order(StringComparer.Ordinal))
{
    int folder = 1 + firstNames.Count(first => string.CompareOrdinal(first, Path.GetFileNameWithoutExtension(name)) <= 0);
    string images = Path.Combine(target, $"images_{folder:D3}", "images");
    Directory.CreateDirectory(images);
    if (Libc.Link(sources[linked % sources.Length], Path.Combine(images, name)) != 0)
        throw new IOException($"{name} can't be linked (error {Marshal.GetLastPInvokeError()}).");
    linked++;
}

Console.WriteLine($"{linked:N0} images, {sources.Length} originals, in {target}");
return 0;

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string existing, string added);
}

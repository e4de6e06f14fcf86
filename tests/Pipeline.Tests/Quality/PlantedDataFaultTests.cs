using ChestXray.Pipeline.Phantoms;
using ChestXray.Pipeline.Tests.Decoding;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>Faults planted into a clean phantom set: each has to be named by its code and its file.</summary>
public sealed class PlantedDataFaultTests(PhantomSource source) : IClassFixture<PhantomSource>
{
    private const int At = 42;

    private static readonly Dictionary<string, Fault> _faults = FileFaults().Concat(PixelFaults()).Concat(RowFaults())
        .Concat(PlaceFaults())
        .ToDictionary(pair => pair.Name, pair => pair.Fault);

    public static TheoryData<string> Names { get; } = [.. _faults.Keys];

    [Fact]
    public void There_are_at_least_fifty_of_them() => Assert.InRange(_faults.Count, 50, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_fault_is_named(string name)
    {
        Fault fault = _faults[name];
        using PlantedSet set = new(source.Folder);
        string concerned = fault.Plant(set) ?? set.NameOf(At);

        QualityProblem[] found = [.. set.Inspect().Problems.Where(problem => problem.Code != "alpha" || fault.Code == "alpha")];

        QualityProblem problem = Assert.Single(found, problem => problem.Code == fault.Code && problem.Name == concerned);
        Assert.NotEqual("", problem.Remedy);
        Assert.Contains(' ', problem.What);
        string[] alsoAllowed = [fault.Code, .. fault.Also];
        Assert.All(found, other => Assert.Contains(other.Code, alsoAllowed));
    }

    private static IEnumerable<(string Name, Fault Fault)> FileFaults()
    {
        yield return ("empty file", new("empty-file", Overwrite([])));
        yield return ("cut off", new("truncated", Change(file => file[..(file.Length / 2)])));
        yield return ("a bit flipped", new("bad-crc", Change(file => Flip(file, file.Length / 2))));
        yield return ("a web page", new("not-an-image", Overwrite("<html>404 not found</html>"u8.ToArray())));
        yield return ("a wrong Adler-32", new("bad-adler", Change(file => Repack(file, data => Flip(data, data.Length - 1)))));
        yield return ("no zlib stream", new("bad-zlib", Change(file => Repack(file, data => Flip(data, 0)))));
        yield return ("rows missing", new(
            "image-data-too-short", Change(file => Repack(file, _ => TestPng.Deflate(new byte[1000])))));
        yield return ("too many rows", new(
            "image-data-too-long", Change(file => Repack(file, _ => TestPng.Deflate(new byte[60_000])))));
        yield return ("an impossible filter", new(
            "bad-filter", Change(file => Repack(file, _ => TestPng.Deflate([.. Enumerable.Repeat((byte)9, 129 * 128)])))));
        yield return ("an unknown critical chunk", new("unknown-chunk", Change(file => TestPng.Join(TestPng.Chunks(file) switch { var chunks => [chunks[0], TestPng.Chunk("ABCD", []), .. chunks[1..]] }))));
        yield return ("a header of no size", new("bad-header", Change(file => TestPng.Join(TestPng.Chunks(file) switch { var chunks => [TestPng.Chunk("IHDR", new byte[13]), .. chunks[1..]] }))));
        yield return ("a giant header", new("too-large", Change(file => TestPng.Join(TestPng.Chunks(file) switch { var chunks => [TestPng.Chunk("IHDR", [0, 1, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0]), .. chunks[1..]] }))));
        yield return ("a JPEG cut off", new("truncated", Overwrite(TestJpeg.Grey(128, 128)[..900])));
        yield return ("JPEG content under .png", new(
            "wrong-extension", set => Put(set, (pixels, side) => PlantedSet.Jpeg(pixels, side, side, 95))));
        yield return ("RGBA", new("alpha", set => Put(set, (pixels, side) => GreyPng.Encode(pixels, side, rgba: true))));
        yield return ("colour", new("colour", Overwrite(new TestPng(128, 128, 2, 8).Encode())) { Also = ["low-contrast", "rotated", "inverted", "mirrored"] });
        yield return ("16 bits", new("16-bit", Overwrite(new TestPng(128, 128, 0, 16).Encode())) { Also = ["low-contrast", "rotated", "inverted", "mirrored"] });
        yield return ("2 bits", new("low-depth", Overwrite(new TestPng(128, 128, 0, 2).Encode())) { Also = ["low-contrast", "rotated", "inverted", "mirrored"] });
        yield return ("not square", new("not-square", set => Put(set, (pixels, side) => PlantedSet.Jpeg(PlantedSet.Resize(pixels, side, 160, 128), 160, 128, 95))) { Also = ["wrong-extension"] });
        yield return ("another size", new("odd-size", set =>
            Put(set, (pixels, side) => GreyPng.Encode(PlantedSet.Resize(pixels, side, 200, 200), 200, rgba: false))));
        yield return ("too small", new("smaller-than-training", set => Put(set, (pixels, side) => GreyPng.Encode(PlantedSet.Resize(pixels, side, 48, 48), 48, rgba: false))) { Also = ["odd-size"] });
        yield return ("an EXIF rotation", new("exif-rotation", set => Put(set, (pixels, side) => WithExif(PlantedSet.Jpeg(pixels, side, side, 95)))) { Also = ["wrong-extension"] });
        yield return ("bytes behind the image", new("trailing-bytes", Change(file => [.. file, 1, 2, 3])));
    }

    private static IEnumerable<(string Name, Fault Fault)> PixelFaults()
    {
        yield return ("all black", new("flat", Paint((_, _, _) => 0)));
        yield return ("all grey", new("flat", Paint((_, x, _) => (byte)(120 + (x % 3)))));
        yield return ("too dark", new("too-dark", Paint((pixels, x, y) => (byte)(pixels[(y * 128) + x] / 4))) { Also = ["low-contrast"] });
        yield return ("too bright", new("too-bright", Paint((pixels, x, y) => (byte)(200 + (pixels[(y * 128) + x] / 5)))) { Also = ["low-contrast"] });
        yield return ("pale", new("low-contrast", Paint((pixels, x, y) => (byte)(100 + (pixels[(y * 128) + x] / 6)))));
        yield return ("a wide border", new("wide-border", Paint((pixels, x, y) => (byte)(x < 30 || x >= 98 || y < 30 || y >= 98 ? 0 : pixels[(y * 128) + x]))) { Also = ["too-dark", "rotated", "inverted", "mirrored"] });
        yield return ("inverted", new("inverted", Paint((pixels, x, y) => (byte)(255 - pixels[(y * 128) + x]))) { Also = ["too-bright"] });
        yield return ("upside down", new("rotated", Paint((pixels, x, y) => pixels[((127 - y) * 128) + 127 - x])));
        yield return ("turned to the left", new("rotated", Paint((pixels, x, y) => pixels[(x * 128) + 127 - y])));
        yield return ("turned to the right", new("rotated", Paint((pixels, x, y) => pixels[((127 - x) * 128) + y])));
        yield return ("mirrored", new("mirrored", Paint((pixels, x, y) => pixels[(y * 128) + 127 - x])));
        yield return ("a copy of the file", new("same-file", set => Copy(set, 50, set.NameOf(At), ownPatient: true)) { Also = ["duplicate-image"] });
        yield return ("a copy under another patient", new("same-file-across-patients", set => Copy(set, 50, "00000999_000.png")));
        yield return ("the same pixels packed anew", new("same-pixels-across-patients", set => Copy(set, 50, "00000999_000.png", (pixels, side) => GreyPng.Encode(pixels, side, rgba: true))) { Also = ["alpha"] });
        yield return ("re-encoded within the patient", new("near-duplicate", set => Copy(set, 50, "", (pixels, side) => PlantedSet.Jpeg(pixels, side, side, 70), ownPatient: true)) { Also = ["wrong-extension"] });
        yield return ("resized under another patient", new("near-duplicate-across-patients", set => Copy(set, 50, "00000999_000.png", (pixels, side) => GreyPng.Encode(PlantedSet.Resize(pixels, side, 200, 200), 200, rgba: false))) { Also = ["odd-size"] });
        yield return ("brighter under another patient",
            new("near-duplicate-across-patients", set => Copy(set, 50, "00000999_000.png",
            (pixels, side) => GreyPng.Encode([.. pixels.Select(level => (byte)Math.Min(255, level + 30))], side, rgba: false))));
    }

    private static IEnumerable<(string Name, Fault Fault)> RowFaults()
    {
        yield return ("an unknown finding", new("unknown-finding", Row(fields => fields[1] = "Pneumonitis")) { Also = ["no-label-row", "list-names-unknown"] });
        yield return ("No Finding and a finding", new("contradictory-findings", Row(fields => fields[1] = "No Finding|Mass")) { Also = ["no-label-row", "list-names-unknown"] });
        yield return ("a patient that is no number", new("bad-number", Row(fields => fields[3] = "thirteen")) { Also = ["no-label-row", "list-names-unknown"] });
        yield return ("a name with a folder", new("bad-name", set => { set.ChangeRow(At, fields => ["images/" + fields[0], .. fields[1..]]); return "images/" + set.NameOf(At); }) { Also = ["no-label-row", "list-names-unknown"] });
        yield return ("a row cut off", new("short-row", set => { set.ChangeRow(At, fields => fields[..3]); return null; }) { Also = ["no-label-row", "list-names-unknown"] });
        yield return ("a row twice", new("duplicate-row", set => { set.AddRow(set.Rows.First(row => row.StartsWith(set.NameOf(At), StringComparison.Ordinal))); return null; }));
        yield return ("two rows that contradict", new("contradictory-rows", set => { set.AddRow(set.Rows.First(row => row.StartsWith(set.NameOf(At), StringComparison.Ordinal)).Replace(",M,", ",X,").Replace(",F,", ",X,")); return null; }));
        yield return ("an age of 414", new("impossible-age", Row(fields => fields[4] = "414")));
        yield return ("an unknown sex", new("unknown-sex", Row(fields => fields[5] = "U")));
        yield return ("a lateral view", new("unknown-view", Row(fields => fields[6] = "LL")));
        yield return ("a patient unlike the name", new("patient-mismatch", Row(fields => fields[3] = "7777")) { Also = ["patient-in-two-sets", "sex-changes", "age-falls"] });
        yield return ("a sex that changes", new("sex-changes", set => { int second = SecondOfAPatient(set); set.ChangeRow(second, fields => { fields[5] = fields[5] == "M" ? "F" : "M"; return fields; }); return set.NameOf(second); }));
        yield return ("another release's findings", new(
            "findings-differ", set => Other(set, fields => fields[1] = fields[1] == "Hernia" ? "Mass" : "Hernia")));
        yield return ("another release's age", new("age-differs", set => Other(set, fields => fields[4] = "3")));
        yield return ("another release's patient", new("patient-differs", set => Other(set, fields => fields[3] = "3333")));
        yield return ("a row that another release lacks", new("row-in-one-release", set => { set.Write("Data_Entry_2017_v2020.csv", string.Join('\n', set.Rows.Where(row => !row.StartsWith(set.NameOf(At), StringComparison.Ordinal)))); return Path.GetFileNameWithoutExtension(set.NameOf(At)); }));
    }

    private static IEnumerable<(string Name, Fault Fault)> PlaceFaults()
    {
        yield return ("an image gone", new("no-image", set => { File.Delete(set.Images[At]); return null; }));
        yield return ("an image without a row", new("no-label-row", set => { File.Copy(set.Images[At], Path.Combine(set.Folder, "stranger.png")); return "stranger.png"; }));
        yield return ("two images of a name", new("duplicate-image", set => { set.Write("second/" + set.NameOf(At), File.ReadAllBytes(set.Images[At])); return null; }));
        yield return ("a DICOM file", new("extra-file", set => { set.Write("images_001/one.dcm", "DICM"); return "one.dcm"; }));
        yield return ("an unfinished download", new("extra-file", set => { set.Write("images_001/two.png.part", "half"); return "two.png.part"; }));
        yield return ("an archive beside the images", new("archive-passed-over", set => { set.Write("images_01.tar.gz", [1, 2, 3]); return "images_01.tar.gz"; }));
        yield return ("a patient in two sets", new("patient-in-two-sets", Split(onlyOne: true)));
        yield return ("an image in both lists", new("image-in-two-lists", set => { File.AppendAllLines(Path.Combine(set.Folder, "test_list.txt"), [set.NameOf(At)]); File.AppendAllLines(Path.Combine(set.Folder, "train_val_list.txt"), [set.NameOf(At)]); return null; }) { Also = ["patient-in-two-sets"] });
        yield return ("an image in no list", new("image-in-no-list", set => { Strike(set, "test_list.txt"); Strike(set, "train_val_list.txt"); return null; }));
        yield return ("a list that names what is not there", new("list-names-unknown", set => { File.AppendAllLines(Path.Combine(set.Folder, "test_list.txt"), ["00099999_000.png"]); return "00099999_000"; }));
        yield return ("a box outside its image", new("box-outside-image", Box("900,900,300,300")) { Also = ["box-finding-not-in-row", "boxes-in-test"] });
        yield return ("a box without numbers", new("box-unreadable", set => { _ = Box("a,b,c,d")(set); return "line 2"; }));
        yield return ("a box of another finding", new("box-finding-not-in-row", Box("10,10,30,30")) { Also = ["boxes-in-test"] });
    }

    private static Func<PlantedSet, string?> Overwrite(byte[] file) => set =>
    {
        File.WriteAllBytes(set.Images[At], file);
        return null;
    };

    private static Func<PlantedSet, string?> Change(Func<byte[], byte[]> change) =>
        set => Overwrite(change(File.ReadAllBytes(set.Images[At])))(set);

    private static Func<PlantedSet, string?> Paint(Func<byte[], int, int, byte> paint) => set =>
    {
        set.Repaint(At, paint);
        return null;
    };

    private static Func<PlantedSet, string?> Row(Action<string[]> change) => set =>
    {
        set.ChangeRow(At, fields =>
        {
            change(fields);
            return fields;
        });
        return null;
    };

    private static string? Put(PlantedSet set, Func<byte[], int, byte[]> encode)
    {
        (byte[] pixels, int side, _) = set.Grey(At);
        File.WriteAllBytes(set.Images[At], encode(pixels, side));
        return null;
    }

    private static string? Copy(
        PlantedSet set, int image, string name, Func<byte[], int, byte[]>? encode = null, bool ownPatient = false)
    {
        int patient = 999;
        if (ownPatient)
        {
            patient = int.Parse(set.NameOf(image)[..8]);
            name = $"{patient:D8}_9{image:D2}.png";
        }

        string path = set.AddCopy(image, name, patient);
        (byte[] pixels, int side, _) = set.Grey(image);
        File.WriteAllBytes(path, encode is null ? File.ReadAllBytes(set.Images[image]) : encode(pixels, side));
        return name;
    }

    private static string? Other(PlantedSet set, Action<string[]> change)
    {
        string[] own = set.Rows;
        Row(change)(set);
        set.Write("Data_Entry_2017_v2020.csv", string.Join('\n', set.Rows) + "\n");
        File.WriteAllLines(set.LabelPath, own);
        return null;
    }

    private static Func<PlantedSet, string?> Box(string box) => set =>
    {
        string finding = set.Rows.First(row => row.StartsWith(set.NameOf(At), StringComparison.Ordinal)).Contains("Hernia")
            ? "Mass" : "Hernia";
        set.Write("BBox_List_2017.csv", $"Image Index,Finding Label,Bbox [x,y,w,h],,,\n{set.NameOf(At)},{finding},{box}\n");
        return null;
    };

    private static Func<PlantedSet, string?> Split(bool onlyOne) => set =>
    {
        int second = SecondOfAPatient(set);
        string name = set.NameOf(second);
        string from = Path.Combine(set.Folder, "train_val_list.txt"), to = Path.Combine(set.Folder, "test_list.txt");
        if (!File.ReadLines(from).Contains(name))
            (from, to) = (to, from);
        File.WriteAllLines(from, File.ReadAllLines(from).Where(line => line != name));
        File.AppendAllLines(to, [name]);
        return onlyOne && Path.GetFileName(to) == "test_list.txt" ? set.NameOf(second - 1) : name;
    };

    private static void Strike(PlantedSet set, string list)
    {
        string path = Path.Combine(set.Folder, list);
        File.WriteAllLines(path, File.ReadAllLines(path).Where(line => line != set.NameOf(At)));
    }

    /// <summary>The second image of a patient who has exactly two.</summary>
    private static int SecondOfAPatient(PlantedSet set) => Enumerable.Range(1, set.Images.Count - 1).First(i =>
        set.NameOf(i)[..8] == set.NameOf(i - 1)[..8]
            && set.Images.Count(path => Path.GetFileName(path)[..8] == set.NameOf(i)[..8]) == 2);

    private static byte[] Flip(byte[] bytes, int at)
    {
        byte[] flipped = [.. bytes];
        flipped[at] ^= 0x55;
        return flipped;
    }

    private static byte[] Repack(byte[] file, Func<byte[], byte[]> change) => TestPng.Join(TestPng.Chunks(file).Select(
        chunk => chunk.AsSpan(4, 4).SequenceEqual("IDAT"u8) ? TestPng.Chunk("IDAT", change(chunk[8..^4])) : chunk));

    private static byte[] WithExif(byte[] jpeg)
    {
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return [0xFF, 0xD8, .. TestJpeg.Segment(0xE1, exif), .. jpeg[2..]];
    }

    /// <param name="Code">What it must be called.</param>
    /// <param name="Plant">Plants it; returns the name that must be named, null for the image at <see cref="At"/>.</param>
    private sealed record Fault(string Code, Func<PlantedSet, string?> Plant)
    {
        /// <summary>What else it brings with it.</summary>
        public string[] Also { get; init; } = [];
    }
}

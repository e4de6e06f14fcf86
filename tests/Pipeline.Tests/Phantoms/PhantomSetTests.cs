using ChestXray.Pipeline.Phantoms;
using ChestXray.Tests;
using SkiaSharp;

namespace ChestXray.Pipeline.Tests.Phantoms;

public sealed class PhantomSetTests : IDisposable
{
    private static readonly PhantomOptions _small = new() { Images = 40, Side = 64 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_and_four_threads_write_the_same_bytes()
    {
        using TemporaryFolder other = new();
        Write(_folder, _small with { Threads = 1 });
        Write(other, _small with { Threads = 4 });
        AssertSame(_folder.Content(), other.Content());
    }

    [Theory]
    [InlineData(40, 64, 1)]
    [InlineData(40, 96, 0)]
    [InlineData(41, 64, 0)]
    public void A_changed_option_changes_the_set(int images, int side, int seed)
    {
        using TemporaryFolder other = new();
        PhantomOptions changed = new() { Images = images, Side = side, Seed = (ulong)seed };
        Write(_folder);
        Write(other, changed);
        SortedDictionary<string, byte[]> first = _folder.Content(), second = other.Content();
        Assert.NotEqual(first[PhantomSet.MarkerName], second[PhantomSet.MarkerName]);
        Assert.Contains(Pngs(second), name =>
            !first.TryGetValue(name, out byte[]? before) || !before.AsSpan().SequenceEqual(second[name]));
        Assert.NotEqual(_small.FolderName, changed.FolderName);
    }

    [Fact]
    public void Label_rows_match_the_files_in_the_real_sets_form()
    {
        PhantomResult result = Write(_folder);
        string[] lines = File.ReadAllLines(_folder.File("Data_Entry_2017.csv"));
        Assert.Equal(
            "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position," +
            "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]", lines[0]);
        string[][] rows = [.. lines.Skip(1).Select(line => line.Split(','))];
        Assert.All(rows, row => Assert.Equal(11, row.Length));
        string[] files = Pngs(_folder.Content());
        Assert.Equal(files.Select(Path.GetFileName), rows.Select(row => row[0]));
        Assert.All(files, file => Assert.Matches(@"images_0(0[1-9]|1[0-2])[/\\]images[/\\]\d{8}_\d{3}\.png$", file));
        Assert.All(rows, row => Assert.Equal(row[0], $"{int.Parse(row[3]):D8}_{int.Parse(row[2]):D3}.png"));
        Assert.All(rows, row => Assert.Equal(row[1].Split('|').Order(StringComparer.Ordinal), row[1].Split('|')));
        Assert.Empty(rows.SelectMany(row => row[1].Split('|')).Except([.. Findings.Names, Findings.NoFinding]));
        Assert.Equal((40, 40, rows.Select(row => row[3]).Distinct().Count()), (result.Images, result.Drawn, result.Patients));
    }

    [Fact]
    public void The_header_is_that_of_the_real_label_file()
    {
        string real = SharedData.Require("nih-original/Data_Entry_2017.csv");
        Write(_folder);
        Assert.Equal(File.ReadLines(real).First(), File.ReadLines(_folder.File("Data_Entry_2017.csv")).First());
    }

    [Fact]
    public void The_two_lists_hold_every_image_once_and_no_patient_twice()
    {
        Write(_folder);
        string[] others = File.ReadAllLines(_folder.File("train_val_list.txt"));
        string[] test = File.ReadAllLines(_folder.File("test_list.txt"));
        Assert.Equal(Cohort.Make(_small).Select(image => image.FileName), others.Concat(test).Order(StringComparer.Ordinal));
        Assert.NotEmpty(test);
        Assert.Empty(others.Select(name => name[..8]).Intersect(test.Select(name => name[..8])));
    }

    [Fact]
    public void Images_are_grey_and_a_few_are_opaque_rgba_of_the_same_grey()
    {
        Write(_folder);
        int rgba = 0;
        SortedDictionary<string, byte[]> content = _folder.Content();
        foreach (string name in Pngs(content))
        {
            byte[] png = content[name];
            PhantomImage image = Cohort.Make(_small).Single(image => image.FileName == Path.GetFileName(name));
            byte[] drawn = new Radiograph(64).Draw(image, 0).ToArray();
            using SKBitmap bitmap = SKBitmap.Decode(png);
            Assert.Equal((64, 64), (bitmap.Width, bitmap.Height));
            Assert.Equal(drawn.Select(grey => new SKColor(grey, grey, grey, 255)), bitmap.Pixels);
            Assert.Contains(png[25], new byte[] { 0, 6 });
            rgba += png[25] == 6 ? 1 : 0;
        }

        Assert.InRange(rgba, 1, 4);
    }

    [Fact]
    public void A_second_write_draws_nothing_and_damaged_or_missing_images_are_drawn_again()
    {
        Write(_folder);
        SortedDictionary<string, byte[]> whole = _folder.Content();
        DateTime written = File.GetLastWriteTimeUtc(_folder.File(PhantomSet.MarkerName));
        Assert.Equal(0, Write(_folder).Drawn);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder.File(PhantomSet.MarkerName)));
        File.WriteAllText(_folder.File("test_list.txt"), "00000001_000.png");
        string[] images = Pngs(whole);
        File.Delete(_folder.File(images[3]));
        File.WriteAllBytes(_folder.File(images[5]), whole[images[5]][..500]);
        File.WriteAllBytes(_folder.File(images[6]), []);
        Assert.Equal(3, Write(_folder).Drawn);
        AssertSame(whole, _folder.Content());
    }

    [Fact]
    public void An_interrupted_write_leaves_a_marked_set_that_the_next_write_completes()
    {
        using CancellationTokenSource stop = new();
        Stopping progress = new(stop);
        Assert.ThrowsAny<OperationCanceledException>(
            () => PhantomSet.Write(_folder.Path, _small with { Threads = 1 }, progress, stop.Token));
        Assert.True(PhantomSet.IsPhantom(_folder.Path));
        Assert.Contains("state: unfinished", File.ReadAllText(_folder.File(PhantomSet.MarkerName)));
        Assert.InRange(Write(_folder).Drawn, 1, 39);
        Assert.Contains("state: complete", File.ReadAllText(_folder.File(PhantomSet.MarkerName)));
        using TemporaryFolder other = new();
        Write(other);
        AssertSame(other.Content(), _folder.Content());
    }

    [Fact]
    public void Progress_counts_the_images_in_place()
    {
        Write(_folder);
        File.Delete(_folder.File(Pngs(_folder.Content())[0]));
        Collecting progress = new();
        PhantomSet.Write(_folder.Path, _small, progress, TestContext.Current.CancellationToken);
        Assert.Equal([40], progress.Values);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_reported_as_itself()
    {
        Write(_folder);
        string blocked = _folder.File(Pngs(_folder.Content())[4]);
        File.Delete(blocked);
        Directory.CreateDirectory(blocked);
        Exception error = Assert.ThrowsAny<Exception>(() => Write(_folder));
        Assert.True(error is IOException or UnauthorizedAccessException, error.ToString());
        Assert.Contains("state: unfinished", File.ReadAllText(_folder.File(PhantomSet.MarkerName)));
    }

    [Fact]
    public void A_folder_with_other_files_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(_folder.Path);
        File.WriteAllText(_folder.File("Data_Entry_2017.csv"), "real");
        IOException error = Assert.Throws<IOException>(() => Write(_folder));
        Assert.Contains(_folder.Path, error.Message);
        Assert.Contains("Choose a new or empty folder", error.Message);
        Assert.Equal("real", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder.Path))));
    }

    [Fact]
    public void Phantoms_of_other_options_are_refused()
    {
        Write(_folder);
        IOException error = Assert.Throws<IOException>(() => Write(_folder, _small with { Seed = 7 }));
        Assert.Contains("seed 0", error.Message);
        Assert.Contains("seed 7", error.Message);
    }

    [Fact]
    public void A_removed_marker_is_noticed()
    {
        Write(_folder);
        Assert.True(PhantomSet.IsPhantom(_folder.Path));
        Assert.True(PhantomSet.IsPhantom(_folder.File("images_002/images")));
        File.Delete(_folder.File(PhantomSet.MarkerName));
        Assert.False(PhantomSet.IsPhantom(_folder.Path));
        Assert.Throws<IOException>(() => Write(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("seed: 0\nimages: 40\n")]
    [InlineData("generator: 1\nimages: 40\nside: 64\nseed: 0\nstate: nearly\n")]
    public void A_damaged_marker_still_marks_phantoms_and_stops_a_write(string text)
    {
        Write(_folder);
        File.WriteAllText(_folder.File(PhantomSet.MarkerName), text);
        Assert.True(PhantomSet.IsPhantom(_folder.Path));
        Assert.Contains(PhantomSet.MarkerName, Assert.Throws<InvalidDataException>(() => Write(_folder)).Message);
    }

    [Theory]
    [InlineData(0, 64, 0)]
    [InlineData(40, 63, 0)]
    [InlineData(40, 64, -1)]
    public void Options_outside_their_range_are_named(int images, int side, int threads)
    {
        PhantomOptions options = new() { Images = images, Side = side, Threads = threads };
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Write(_folder, options));
        Assert.Contains($"not {error.ActualValue}", error.Message);
        Assert.False(Directory.Exists(_folder.Path));
    }

    private static PhantomResult Write(TemporaryFolder folder, PhantomOptions? options = null) =>
        PhantomSet.Write(folder.Path, options ?? _small, null, TestContext.Current.CancellationToken);

    private static string[] Pngs(SortedDictionary<string, byte[]> content) =>
        [.. content.Keys.Where(name => name.EndsWith(".png", StringComparison.Ordinal))];

    private static void AssertSame(SortedDictionary<string, byte[]> expected, SortedDictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(actual[file.Key]), file.Key));
    }

    /// <summary>Cancels after the fifth image.</summary>
    private sealed class Stopping(CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value == 5)
                stop.Cancel();
        }
    }

    private sealed class Collecting : IProgress<int>
    {
        public List<int> Values { get; } = [];

        public void Report(int value) => Values.Add(value);
    }
}

using System.IO.Hashing;
using System.Text;
using ChestXray.Pipeline.Tests.Crashes;

namespace ChestXray.Pipeline.Tests.Caching;

public sealed class StoreTests : IDisposable
{
    private readonly SmallSet _set = new(6);

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_image_becomes_the_same_record_for_any_number_of_threads(int threads)
    {
        PrepareResult result = _set.Prepare(new() { Threads = threads });

        Assert.Equal((6, 0), (result.Decoded, result.Reused));
        using RecordStore store = _set.Open();
        Assert.Equal(6, store.Count);
        for (int i = 1; i <= 6; i++)
        {
            Assert.True(store.TryFind($"{i:D8}_000", out StoredRecord record));
            Assert.Equal((i - 1, 640.0 * i, 6400.0 * i * i), (record.Number, record.Sum, record.SumOfSquares));
            Assert.All(store.Read(record.Number).ToArray(), level => Assert.Equal(10 * i, level));
        }
    }

    [Fact]
    public void A_second_preparation_decodes_nothing_and_changes_no_byte()
    {
        _set.Prepare();
        byte[] before = [.. File.ReadAllBytes(Pixels), .. File.ReadAllBytes(Manifest)];

        PrepareResult second = _set.Prepare();

        Assert.Equal((0, 6), (second.Decoded, second.Reused));
        byte[] after = [.. File.ReadAllBytes(Pixels), .. File.ReadAllBytes(Manifest)];
        Assert.Equal(before, after);
    }

    [Fact]
    public void The_pixel_file_is_a_NumPy_array_with_a_fixed_header()
    {
        _set.Prepare();
        byte[] bytes = File.ReadAllBytes(Pixels);
        Assert.Equal(4096 + 6 * 64, bytes.Length);
        Assert.Equal("\u0093NUMPY\u0001\0\u00f6\u000f{'descr': '|u1', 'fortran_order': False, 'shape': (6, 8, 8), }",
            Encoding.Latin1.GetString(bytes, 0, 72));
        Assert.Equal((byte)'\n', bytes[4095]);
    }

    [Fact]
    public void Sixteen_bit_stores_keep_256_times_the_level()
    {
        StoreLayout layout = new(8, PixelType.U16);
        PrepareResult result = StoreBuilder.Prepare(_set.Index, _set.Cache, layout);
        using RecordStore store = RecordStore.Open(result.Folder, layout);
        Assert.Equal(30 * 256, BitConverter.ToUInt16(store.Read(2)));
    }

    [Fact]
    public void Only_changed_and_new_images_are_decoded_and_an_open_store_keeps_the_records_it_has()
    {
        File.Move(_set.Image(6), _set.Image(6) + ".away");
        _set.Prepare();
        using RecordStore before = _set.Open();
        File.Move(_set.Image(6) + ".away", _set.Image(6));
        _set.WriteImage(2, 200);
        File.SetLastWriteTimeUtc(_set.Image(2), DateTime.UtcNow.AddMinutes(1));

        PrepareResult second = _set.Prepare();

        Assert.Equal((2, 4), (second.Decoded, second.Reused));
        using RecordStore store = _set.Open();
        Assert.True(store.TryFind("00000002_000", out StoredRecord changed));
        Assert.True(store.TryFind("00000006_000", out StoredRecord added));
        Assert.Equal((6, 5), (changed.Number, added.Number));
        Assert.Equal((200, 60), (store.Read(6)[0], store.Read(5)[0]));
        Assert.True(before.TryFind("00000002_000", out StoredRecord old));
        Assert.Equal(20, before.Read(old.Number)[0]);
    }

    [Fact]
    public void Every_record_says_where_it_came_from()
    {
        _set.Prepare();
        using RecordStore store = _set.Open();
        Assert.True(store.TryFind("00000002_000", out StoredRecord record));
        byte[] source = File.ReadAllBytes(_set.Image(2));
        Assert.Equal((source.LongLength, XxHash3.HashToUInt64(source), 0, 0),
            (record.SourceBytes, record.SourceHash, record.Draft, record.FindingBits));
    }

    [Fact]
    public void Other_decode_parameters_make_other_records()
    {
        _set.Prepare();
        foreach (StoreLayout other in new[] { SmallSet.Layout with { Draft = true }, SmallSet.Layout with { Antialias = true } })
        {
            Assert.Equal(6, StoreBuilder.CountMissing(_set.Index, _set.Cache, other));
            Assert.Equal(6, StoreBuilder.Prepare(_set.Index, _set.Cache, other).Decoded);
            Assert.Equal(0, StoreBuilder.Prepare(_set.Index, _set.Cache, other).Decoded);
        }

        Assert.Equal(0, _set.Prepare().Decoded);
    }

    [Fact]
    public void A_changed_label_is_written_down_without_decoding()
    {
        _set.Prepare();
        byte[] pixels = File.ReadAllBytes(Pixels);
        _set.WriteLabels(i => i == 3 ? "Mass" : "No Finding");

        Assert.Equal((0, 6), (_set.Prepare().Decoded, _set.Prepare().Reused));

        using RecordStore store = _set.Open();
        Assert.True(store.TryFind("00000003_000", out StoredRecord record));
        Assert.Equal(1 << Findings.IndexOf("Mass"), record.FindingBits);
        Assert.Equal(pixels, File.ReadAllBytes(Pixels));
    }

    [Fact]
    public void A_slot_that_was_never_acknowledged_is_used_by_the_next_preparation()
    {
        File.WriteAllText(_set.Image(3), "no image at all");
        _set.Prepare(new() { MaxBadShare = 0.5, Threads = 1 });
        _set.WriteImage(3, 30);
        _set.Prepare();
        using RecordStore store = _set.Open();
        Assert.True(store.TryFind("00000003_000", out StoredRecord mended));
        Assert.Equal((2, 6), (mended.Number, store.Capacity));
    }

    [Fact]
    public void A_line_torn_by_a_crash_costs_its_record_alone()
    {
        _set.Prepare(new() { Threads = 1 });
        using (FileStream manifest = new(Manifest, FileMode.Open))
            manifest.SetLength(manifest.Length - 5);

        PrepareResult second = _set.Prepare();

        Assert.Equal((1, 5), (second.Decoded, second.Reused));
        using RecordStore store = _set.Open();
        Assert.All(store.Records, record => Assert.True(store.IsIntact(record)));
    }

    [Fact]
    public void A_broken_image_is_quarantined_by_name_and_reason_and_not_tried_again()
    {
        File.WriteAllText(_set.Image(3), "no image at all");
        byte[] cut = File.ReadAllBytes(_set.Image(5));
        File.WriteAllBytes(_set.Image(5), cut[..^20]);

        PrepareResult first = _set.Prepare(new() { MaxBadShare = 0.5 });
        PrepareResult second = _set.Prepare(new() { MaxBadShare = 0.5 });

        Assert.Equal((4, 0, 0, 4), (first.Decoded, first.Reused, second.Decoded, second.Reused));
        Assert.Equal([("00000003_000", "not-an-image"), ("00000005_000", "truncated")],
            first.Quarantine.Select(image => (image.Name, image.Reason)));
        Assert.Equal(first.Quarantine, second.Quarantine);
    }

    [Fact]
    public void More_broken_images_than_allowed_stop_the_work_and_name_them()
    {
        File.WriteAllText(_set.Image(3), "no image at all");

        string message = Assert.Throws<DataSetException>(() => _set.Prepare()).Message;

        Assert.Contains("1 of 6 images are broken", message);
        Assert.Contains("00000003_000.png: not-an-image", message);
        Assert.Contains("--max-bad", message);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    public void A_mended_image_leaves_quarantine_whether_or_not_it_stopped_the_work(double share)
    {
        byte[] whole = File.ReadAllBytes(_set.Image(3));
        File.WriteAllText(_set.Image(3), "no image at all");
        if (share < 0.1)
            Assert.Throws<DataSetException>(() => _set.Prepare(new() { MaxBadShare = share }));
        else
            _set.Prepare(new() { MaxBadShare = share });
        File.WriteAllBytes(_set.Image(3), whole);

        PrepareResult mended = _set.Prepare(new() { MaxBadShare = share }), again = _set.Prepare(new() { MaxBadShare = share });

        Assert.Empty(mended.Quarantine);
        Assert.Equal((6, 0, 6), (mended.Decoded + mended.Reused, again.Decoded, again.Reused));
    }

    [Fact]
    public void What_is_missing_is_counted_without_writing()
    {
        Assert.Equal(6, StoreBuilder.CountMissing(_set.Index, _set.Cache, SmallSet.Layout));
        Assert.False(Directory.Exists(_set.Cache));
        _set.Prepare();
        File.SetLastWriteTimeUtc(_set.Image(2), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(1, StoreBuilder.CountMissing(_set.Index, _set.Cache, SmallSet.Layout));
    }

    [Fact]
    public void A_complete_store_in_a_read_only_folder_serves_and_an_incomplete_one_says_why_not()
    {
        _set.Prepare();
        PrepareOptions locked = new() { Files = new ReadOnlyFiles() };
        Assert.Equal((0, 6), (_set.Prepare(locked).Decoded, _set.Prepare(locked).Reused));
        _set.WriteImage(2, 200);
        File.SetLastWriteTimeUtc(_set.Image(2), DateTime.UtcNow.AddMinutes(1));
        string message = Assert.Throws<DataSetException>(() => _set.Prepare(locked)).Message;
        Assert.Contains("can't be written", message);
        Assert.Contains("--cache", message);
    }

    [Fact]
    public void An_unplugged_source_stops_the_work_and_nothing_is_set_aside_for_it()
    {
        DataSetIndex index = _set.Index;
        string images = Path.GetDirectoryName(_set.Image(1))!;
        Directory.Move(images, images + ".away");

        string message = Assert.Throws<DataSetException>(() => StoreBuilder.Prepare(index, _set.Cache, SmallSet.Layout)).Message;
        Assert.Contains("is the disk with the images still there", message);
        Directory.Move(images + ".away", images);

        PrepareResult again = _set.Prepare();
        Assert.Equal((6, 0), (again.Decoded, again.Quarantine.Count));
    }

    [Fact]
    public void Shards_lie_one_behind_the_other_in_memory()
    {
        StoreLayout layout = new(64) { ShardBytes = 8192 };
        PrepareResult result = StoreBuilder.Prepare(_set.Index, _set.Cache, layout, new() { Threads = 1 });
        using RecordStore store = RecordStore.Open(result.Folder, layout);
        Assert.Equal(["pixels-0000.npy", "pixels-0001.npy", "pixels-0002.npy"],
            store.ShardPaths.Select(path => Path.GetFileName(path)));
        unsafe
        {
            for (int i = 0; i < 6 * 4096; i++)
                Assert.Equal(10 * (i / 4096 + 1), store.Pixels[i]);
        }

        store.Release(0, 6);
        Assert.Equal(60, store.Read(5)[0]);
    }

    [Fact]
    public void A_cancelled_preparation_keeps_what_it_decoded()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => _set.Prepare(cancellation: cancelled.Token));
        PrepareResult second = _set.Prepare();
        Assert.Equal(6, second.Decoded + second.Reused);
    }

    private string Pixels => Path.Combine(_set.StoreFolder, "pixels-0000.npy");

    private string Manifest => Path.Combine(_set.StoreFolder, "manifest.jsonl");
}

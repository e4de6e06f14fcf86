using System.Text;

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
        Assert.Equal(128 + 6 * 64, bytes.Length);
        Assert.Equal("\u0093NUMPY\u0001\0v\0{'descr': '|u1', 'fortran_order': False, 'shape': (6, 8, 8), }", Encoding.Latin1.GetString(bytes, 0, 72));
        Assert.Equal((byte)'\n', bytes[127]);
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
    public void Only_changed_and_new_images_are_decoded_and_keep_their_slots()
    {
        File.Move(_set.Image(6), _set.Image(6) + ".away");
        _set.Prepare();
        File.Move(_set.Image(6) + ".away", _set.Image(6));
        _set.WriteImage(2, 200);
        File.SetLastWriteTimeUtc(_set.Image(2), DateTime.UtcNow.AddMinutes(1));

        PrepareResult second = _set.Prepare();

        Assert.Equal((2, 4), (second.Decoded, second.Reused));
        using RecordStore store = _set.Open();
        Assert.True(store.TryFind("00000002_000", out StoredRecord changed));
        Assert.True(store.TryFind("00000006_000", out StoredRecord added));
        Assert.Equal((1, 5), (changed.Number, added.Number));
        Assert.Equal((200, 60), (store.Read(1)[0], store.Read(5)[0]));
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
        Assert.Equal([("00000003_000", "not-an-image"), ("00000005_000", "truncated")], first.Quarantine.Select(image => (image.Name, image.Reason)));
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
    public void A_damaged_record_is_found_on_first_touch()
    {
        _set.Prepare();
        byte[] bytes = File.ReadAllBytes(Pixels);
        bytes[128 + 2 * 64 + 7] ^= 1;
        File.WriteAllBytes(Pixels, bytes);

        using RecordStore store = _set.Open();

        Assert.Contains("Record 2 (00000003_000)", Assert.Throws<DataSetException>(() => store.Read(2)).Message);
        Assert.Equal(40, store.Read(3)[0]);
    }

    [Fact]
    public void A_damaged_or_foreign_store_is_refused_by_name()
    {
        _set.Prepare();
        string manifest = File.ReadAllText(Manifest);
        foreach (string bad in new[] { "{}\n" + manifest, manifest.Replace("\"sum\"", "\"some\""), manifest.Replace("\"version\":1", "\"version\":9") })
        {
            File.WriteAllText(Manifest, bad);
            Assert.Contains("manifest.jsonl", Assert.Throws<DataSetException>(() => _set.Open()).Message);
        }

        File.WriteAllText(Manifest, manifest);
        File.WriteAllBytes(Pixels, File.ReadAllBytes(Pixels)[..300]);
        Assert.Contains("cut off", Assert.Throws<DataSetException>(() => _set.Open()).Message);
        Assert.Contains("lost pixels", Assert.Throws<DataSetException>(() => _set.Prepare()).Message);
    }

    [Fact]
    public void A_second_writer_is_told_to_wait()
    {
        _set.Prepare();
        using FileStream held = new(Path.Combine(_set.StoreFolder, "writer.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("Another process", Assert.Throws<DataSetException>(() => _set.Prepare()).Message);
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

    private string Pixels => Path.Combine(_set.StoreFolder, "pixels.npy");

    private string Manifest => Path.Combine(_set.StoreFolder, "manifest.jsonl");
}

using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Tests.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

public sealed class TwoProcessTests : IDisposable
{
    private readonly SmallSet _set = new(6);

    public void Dispose() => _set.Dispose();

    [Fact]
    public void While_another_process_writes_a_second_one_waits_and_takes_over_when_that_one_is_killed()
    {
        StoreBuilder.Prepare(_set.Index.First(3), _set.Cache, SmallSet.Layout);
        using ChildProcess other = ChildProcess.Hold(_set.Cache, SmallSet.Layout.Size);
        Assert.Equal("held", other.ReadLine());

        string refused = Assert.Throws<DataSetException>(() => _set.Prepare(new() { WaitForWriter = TimeSpan.FromMilliseconds(1) })).Message;
        Assert.Contains("Another process is writing", refused);
        int waits = 0;
        PrepareResult result = StoreBuilder.Prepare(_set.Index, _set.Cache, SmallSet.Layout, progress: progress =>
        {
            if (progress.WaitsForWriter && ++waits == 2)
                other.Kill();
        });

        Assert.Equal((3, 3), (result.Decoded, result.Reused));
        Assert.InRange(waits, 2, int.MaxValue);
    }

    [Fact]
    public void While_another_process_writes_a_complete_store_can_be_read_and_needs_no_waiting()
    {
        _set.Prepare();
        using ChildProcess other = ChildProcess.Hold(_set.Cache, SmallSet.Layout.Size);
        Assert.Equal("held", other.ReadLine());

        Assert.Equal((0, 6), (_set.Prepare().Decoded, _set.Prepare().Reused));
        using RecordStore store = _set.Open();
        Assert.Equal(60, store.Read(5)[0]);
    }

    [Fact]
    public void A_second_writer_in_another_process_is_refused_while_this_one_holds_the_store()
    {
        _set.Prepare();
        using StoreWriter? held = StoreWriter.TryOpen(
            SystemFiles.Instance, _set.StoreFolder, SmallSet.Layout);
        Assert.NotNull(held);
        using ChildProcess other = ChildProcess.Hold(_set.Cache, SmallSet.Layout.Size);
        Assert.Equal("refused", other.ReadLine());
    }

    [Fact]
    public void A_reader_keeps_its_records_while_another_process_decodes_every_image_anew()
    {
        _set.Prepare();
        using RecordStore store = _set.Open();
        for (int round = 1; round <= 3; round++)
        {
            for (int i = 1; i <= 6; i++)
            {
                _set.WriteImage(i, (byte)(100 + 10 * i + round));
                File.SetLastWriteTimeUtc(_set.Image(i), DateTime.UtcNow.AddMinutes(round));
            }

            using ChildProcess other = ChildProcess.Prepare(_set.DataFolder, _set.Cache, SmallSet.Layout.Size);
            Assert.Equal(["begun", "done"], [other.ReadLine(), other.ReadLine()]);
            using RecordStore renewed = _set.Open();
            for (int i = 1; i <= 6; i++)
            {
                Assert.True(store.TryFind($"{i:D8}_000", out StoredRecord old));
                Assert.True(renewed.TryFind(old.Name, out StoredRecord record));
                Assert.True(store.IsIntact(old));
                Assert.Equal((10 * i, 100 + 10 * i + round), (store.Read(old.Number)[0], renewed.Read(record.Number)[0]));
            }
        }
    }
}

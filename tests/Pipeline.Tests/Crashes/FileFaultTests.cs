using ChestXray.Pipeline.Tests.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

public sealed class FileFaultTests
{
    private static readonly StoreLayout _layout = new(64) { ShardBytes = 8192 };

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void A_disk_that_fails_at_any_operation_costs_no_acknowledged_record(bool isFull, bool staysBroken)
    {
        int failures = 0;
        for (int failAt = 0; ; failAt++)
        {
            using SmallSet set = new(5);
            StoreBuilder.Prepare(set.Index.First(2), set.Cache, _layout, new() { Threads = 1 });
            FaultyFiles files = new(failAt, isFull, staysBroken);
            HashSet<string> before = Acknowledged(set);

            if (!TryWork(set, files, out string message))
            {
                failures++;
                Assert.Contains(set.Cache, message);
                Assert.Contains(isFull ? "No space left" : "Input/output error", message);
            }

            if (files.Failed is null)
                break;
            HashSet<string> kept = Acknowledged(set);
            Assert.True(before.IsSubsetOf(
                kept), $"operation {failAt} ({files.Failed}) lost {string.Join(", ", before.Except(kept))}");
            PrepareResult again = StoreBuilder.Prepare(set.Index, set.Cache, _layout);
            Assert.Equal((5, 5 - kept.Count), (again.Decoded + again.Reused, again.Decoded));
            RequireAllRight(set);
        }

        Assert.InRange(failures, 20, int.MaxValue);
    }

    [Fact]
    public void Without_a_fault_the_work_is_done()
    {
        using SmallSet set = new(5);
        Assert.True(TryWork(set, new(-1, true, false), out _));
        RequireAllRight(set);
    }

    /// <summary>Completes the store, withdraws a record and decodes it again.</summary>
    private static bool TryWork(SmallSet set, FaultyFiles files, out string message)
    {
        try
        {
            StoreBuilder.Prepare(set.Index.First(4), set.Cache, _layout, new() { Threads = 1, Files = files });
            StoreBuilder.TakeBack(files, Path.Combine(set.Cache, _layout.FolderName), _layout, ["00000005_000"]);
            StoreBuilder.Prepare(set.Index, set.Cache, _layout, new() { Threads = 1, Files = files });
            message = "";
            return true;
        }
        catch (DataSetException error)
        {
            message = error.Message;
            return false;
        }
    }

    private static HashSet<string> Acknowledged(SmallSet set)
    {
        using RecordStore store = RecordStore.Open(Path.Combine(set.Cache, _layout.FolderName), _layout);
        return [.. store.Records.Select(record => record.Name)];
    }

    private static void RequireAllRight(SmallSet set)
    {
        using RecordStore store = RecordStore.Open(Path.Combine(set.Cache, _layout.FolderName), _layout);
        Assert.Empty(store.Damage);
        for (int i = 1; i <= 5; i++)
        {
            Assert.True(store.TryFind($"{i:D8}_000", out StoredRecord record));
            Assert.All(store.Read(record.Number).ToArray(), level => Assert.Equal(10 * i, level));
        }
    }
}

using ChestXray.Pipeline.Tests.Crashes;

namespace ChestXray.Pipeline.Tests.Caching;

public sealed class CleanStoreTests
{
    [Fact]
    public void A_hundred_stores_with_ordinary_histories_raise_no_alarm()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            int images = random.Next(1, 8);
            using SmallSet set = new(images);
            using MemoryFolder memory = new();
            StoreLayout layout = new(random.Next(1, 70), random.Next(2) == 0 ? PixelType.U8 : PixelType.U16)
            {
                ShardBytes = random.Next(1, 40_000),
            };
            string folder = Path.Combine(memory.Path, layout.FolderName);
            for (int session = random.Next(1, 5); session > 0; session--)
                Live(set, memory.Path, layout, random);
            StoreBuilder.Prepare(set.Index, memory.Path, layout, new() { MaxBadShare = 1 });

            (int records, IReadOnlyList<NamedProblem> faults) = StoreInspection.Run(folder, layout);

            Assert.Empty(faults);
            using RecordStore store = RecordStore.Open(folder, layout);
            Assert.Equal((store.Count, 0), (records, store.Damage.Count));
            Assert.All(store.Records, record => Assert.Equal(layout.RecordBytes, store.Read(record.Number).Length));
        }
    }

    /// <summary>One of the things that happen to stores.</summary>
    private static void Live(SmallSet set, string cache, StoreLayout layout, Random random)
    {
        string folder = Path.Combine(cache, layout.FolderName), name = $"{random.Next(1, set.Images + 1):D8}_000";
        PrepareOptions options = new() { MaxBadShare = 1, Threads = random.Next(1, 4), ChunkTime = TimeSpan.Zero };
        StoreBuilder.Prepare(set.Index.First(random.Next(1, set.Images + 1)), cache, layout, options);
        switch (random.Next(6))
        {
            case 0:
                StoreBuilder.TakeBack(folder, layout, [name, "unknown"]);
                break;
            case 1:
                set.WriteImage(int.Parse(name[..8]), (byte)random.Next(256));
                File.SetLastWriteTimeUtc(set.Image(int.Parse(name[..8])), DateTime.UtcNow.AddMinutes(random.Next(1, 1000)));
                break;
            case 2:
                set.WriteLabels(_ => random.Next(2) == 0 ? "Mass" : "No Finding");
                break;
            case 3:
                File.WriteAllText(set.Image(int.Parse(name[..8])), "no image at all");
                break;
            case 4:
                // A line that a crash tore, and a folder that somebody else looked into.
                File.AppendAllText(Path.Combine(folder, "manifest.jsonl"), "{\"record\":3,\"na");
                File.WriteAllText(Path.Combine(folder, ".DS_Store"), "");
                break;
            default:
                break;
        }
    }
}

using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Pipeline;
using ChestXray.Tests;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>A small store of phantoms with its sets.</summary>
public sealed class PhantomStore : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PhantomStore()
        : this(24, PixelType.U8)
    {
    }

    internal PhantomStore(int size, PixelType pixels, int images = 60)
    {
        TorchRuntime.Start();
        string phantoms = Path.Combine(_folder.Path, "phantoms");
        PhantomSet.Write(phantoms, new() { Images = images, Side = 128 });
        DataSetIndex index = DataSetIndex.Read(phantoms);
        StoreLayout layout = new(size, pixels);
        Store = RecordStore.Open(StoreBuilder.Prepare(index, Path.Combine(_folder.Path, "cache"), layout).Folder, layout);
        Data = TrainingData.Make(index, PatientSplit.Guide(index.Labels, new()), Store);
    }

    internal RecordStore Store { get; }

    internal TrainingData Data { get; }

    internal StoreBatchSource Train(bool isExact = false) =>
        new(Store, SampleTable.Of(Recipe.Guide, Data.Sets[SplitSet.Train]), Data.Statistics, 7) { IsExact = isExact };

    internal StoreBatchSource Validation() =>
        new(Store, SampleTable.Plain(Data.Sets[SplitSet.Validation]), Data.Statistics, null);

    internal static DeviceSupplyOptions Options(StoreTier tier, int batchSize, int size, int threads = 2) =>
        new(tier, new(batchSize, size, 3), ScalarType.Float32, CPU, threads, 0, 1L << 40);

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }
}

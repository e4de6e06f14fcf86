using ChestXray.Model.Benchmarks;

namespace ChestXray.Model.Tests.Benchmarks;

/// <summary>The disk's rate: measured on files that are there, and left alone where it can't be.</summary>
public sealed class DiskRateTests
{
    [Fact]
    public void A_rate_is_lower_than_memorys_or_not_given()
    {
        string folder = Directory.CreateTempSubdirectory("chestxray").FullName;
        try
        {
            if (DiskRate.OfFolder(folder) is { } rate)
                Assert.InRange(rate.Cold, 1, rate.Warm);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_folder_or_files_that_are_not_there_have_none()
    {
        string absent = Path.Combine(Path.GetTempPath(), $"chestxray-{Guid.NewGuid():N}");
        Assert.Null(DiskRate.OfFolder(absent));
        Assert.Null(DiskRate.OfFiles([Path.Combine(absent, "image.png")]));
        Assert.Null(DiskRate.OfFiles([]));
    }
}

namespace ChestXray.Model.Tests.Reporting;

public sealed class ReportPicturesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chestxray-pictures-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_plot_is_a_png_beside_the_report()
    {
        IReadOnlyList<string> written = ReportPictures.Write(_folder.FullName, SampleReport.Make(isPhantom: true));

        Assert.Equal(["roc.png", "training.png"], written.Select(Path.GetFileName));
        Assert.All(written, path => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]));
    }

    [Fact]
    public void A_model_without_history_has_no_training_picture()
    {
        ReportData data = SampleReport.Make(isPhantom: false, withPlain: false);
        Assert.Single(ReportPictures.Write(_folder.FullName, data with { Models = [data.Models[0] with { History = [] }] }));
    }
}

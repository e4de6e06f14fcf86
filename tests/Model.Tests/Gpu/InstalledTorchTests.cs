using ChestXray.Model.Gpu;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Gpu;

public sealed class InstalledTorchTests : IDisposable
{
    private const string Binding = "libLibTorchSharp.so", Core = "libtorch_cpu.so";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_library_that_the_binding_was_built_for_lacks_nothing()
    {
        string[] ours = [Ours("libc10.so"), Ours(Core), Ours("libtorch.so")];
        (string[] atLoad, string[] atCall) = InstalledTorch.Missing(Ours(Binding), ours);
        Assert.Empty(atLoad);
        Assert.Empty(atCall);
        Assert.Equal("", InstalledTorch.Check(AppContext.BaseDirectory, AppContext.BaseDirectory));
    }

    [Fact]
    public void Without_the_library_s_core_its_symbols_are_missing_some_at_load_and_most_at_their_first_call()
    {
        (string[] atLoad, string[] atCall) = InstalledTorch.Missing(Ours(Binding), [Ours("libc10.so")]);
        Assert.InRange(atLoad.Length, 20, 200);
        Assert.InRange(atCall.Length, 500, 2000);
        Assert.Contains(atLoad, name => name.StartsWith("_ZTVN5torch", StringComparison.Ordinal));
        Assert.Contains(atCall, name => name.StartsWith("_ZN2at4_ops", StringComparison.Ordinal));
        Assert.DoesNotContain("malloc", atCall);
    }

    [Fact]
    public void A_folder_without_the_library_is_refused_with_the_way_to_find_one() =>
        Assert.Contains(
            "torch.__path__", Assert.Throws<ArgumentException>(() => InstalledTorch.Check(_folder.Path, _folder.Path)).Message);

    [Fact]
    public void A_second_library_beside_the_build_s_own_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.Path, Core), Ours(Core));
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => InstalledTorch.Check(_folder.Path, AppContext.BaseDirectory));
        Assert.Contains("-p:Torch=installed", error.Message);
    }

    [Fact]
    public void A_version_that_does_not_fit_is_refused_with_the_one_found_the_symbols_and_the_one_that_fits()
    {
        DirectoryInfo lib = Directory.CreateDirectory(Path.Combine(_folder.Path, "torch", "lib"));
        DirectoryInfo program = Directory.CreateDirectory(Path.Combine(_folder.Path, "program"));
        File.CreateSymbolicLink(Path.Combine(lib.FullName, Core), Ours("libc10.so"));
        File.CreateSymbolicLink(Path.Combine(program.FullName, Binding), Ours(Binding));
        File.WriteAllText(Path.Combine(_folder.Path, "torch", "version.py"), "__all__ = []\n__version__ = '9.9.9+cu140'\n");
        string message = Assert.Throws<ArgumentException>(() => InstalledTorch.Check(lib.FullName, program.FullName)).Message;
        Assert.Contains("PyTorch 9.9.9+cu140", message);
        Assert.Contains("_Z", message);
        Assert.Contains("PyTorch 2.10 fits", message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(200_000)]
    public void A_file_that_is_no_whole_library_is_named(int length)
    {
        string path = Path.Combine(_folder.Path, "cut.so");
        File.WriteAllBytes(path, [.. File.ReadAllBytes(Ours(Binding)).Take(length)]);
        Assert.Contains("cut.so", Assert.Throws<InvalidDataException>(() => InstalledTorch.Missing(path, [])).Message);
    }

    private static string Ours(string name) => Path.Combine(AppContext.BaseDirectory, name);
}

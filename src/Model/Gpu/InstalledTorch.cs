using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ChestXray.Model.Gpu;

/// <summary>
/// The tensor library of an installed PyTorch instead of a packaged one: its `lib` folder is named by CHESTXRAY_LIBTORCH, checked
/// symbol by symbol, and loaded before anything else asks for the library.
/// </summary>
internal static partial class InstalledTorch
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "CHESTXRAY_LIBTORCH";

    /// <summary>What TorchSharp 0.107's library was built for.</summary>
    public const string FittingVersion = "2.10";

    private const string Binding = "libLibTorchSharp.so", Core = "libtorch_cpu.so";
    private const int NamedSymbols = 3;

    // Each needs those before it; a build without CUDA lacks some.
    private static readonly string[] _libraries =
        ["libc10.so", Core, "libc10_cuda.so", "libtorch_cuda_linalg.so", "libtorch_cuda.so", "libtorch.so"];

    private static readonly string[] _system = ["libstdc++.so.6", "libgcc_s.so.1", "libm.so.6", "libc.so.6"];

    /// <summary>What is loaded, in words; null where the packaged library is.</summary>
    public static string? Loaded { get; private set; }

    /// <summary>Loads it where the variable names one.</summary>
    /// <exception cref="ArgumentException">The folder can't be used; the message says why, and what would fit.</exception>
    public static void LoadIfNamed()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder || Loaded is not null)
            return;
        string note = Check(folder, AppContext.BaseDirectory);
        foreach (string path in Files(folder))
        {
            try
            {
                NativeLibrary.Load(path);
            }
            catch (DllNotFoundException error)
            {
                throw new ArgumentException($"{Variable} is '{folder}', which does not load: {error.Message}", error);
            }
        }

        Loaded = $"PyTorch {Version(folder)} in {folder}{note}";
    }

    /// <summary>Refuses a folder whose library can't be loaded in place of ours.</summary>
    /// <param name="folder">The `lib` folder.</param>
    /// <param name="program">The program's own folder, with TorchSharp's library.</param>
    /// <returns>What is to be said all the same: empty, or a clause that begins with a semicolon.</returns>
    /// <exception cref="ArgumentException">It can't be used.</exception>
    public static string Check(string folder, string program)
    {
        if (!File.Exists(Path.Combine(folder, Core)))
        {
            throw new ArgumentException(
                $"{Variable} is '{folder}', and there is no {Core}: name the `lib` folder of a PyTorch installation, which " +
                "python3 -c \"import torch; print(torch.__path__[0] + '/lib')\" prints.");
        }

        if (File.Exists(Path.Combine(program, Core)) && Path.GetFullPath(program) != Path.GetFullPath(folder))
        {
            throw new ArgumentException(
                $"{Variable} is '{folder}', but this build brings a {Core} of its own, and only one can be loaded: " +
                "build with -p:Torch=installed, or unset the variable.");
        }

        (string[] atLoad, string[] atCall) = Missing(Path.Combine(program, Binding), Files(folder));
        if (atLoad.Length > 0)
        {
            throw new ArgumentException(
                $"PyTorch {Version(folder)} in '{folder}' lacks {atLoad.Length} symbols that TorchSharp binds when it " +
                $"is loaded ({Names(atLoad)}). PyTorch {FittingVersion} fits: install that, or use a build that brings its own.");
        }

        return atCall.Length == 0 ? "" :
            $"; {atCall.Length} symbols are missing ({Names(atCall)}), and the process ends where one is called: " +
            $"PyTorch {FittingVersion} fits";
    }

    /// <summary>The symbols that a library needs and neither others nor the system offer.</summary>
    /// <param name="library">Asks.</param>
    /// <param name="others">Offer.</param>
    /// <returns>Those that are bound when it is loaded, and those that are bound when they are called.</returns>
    public static (string[] AtLoad, string[] AtCall) Missing(string library, IEnumerable<string> others)
    {
        Dictionary<string, bool> needed;
        using (ElfSymbols symbols = new(library))
            needed = symbols.Needed();
        foreach (string path in others)
        {
            using ElfSymbols symbols = new(path);
            foreach (string name in symbols.Defined())
                needed.Remove(name);
        }

        foreach (string name in _system)
        {
            if (!NativeLibrary.TryLoad(name, out nint handle))
                continue;
            foreach (string symbol in needed.Keys.Where(symbol => NativeLibrary.TryGetExport(handle, symbol, out _)).ToArray())
                needed.Remove(symbol);
        }

        ILookup<bool, string> missing = needed.ToLookup(pair => pair.Value, pair => pair.Key);
        return ([.. missing[true].Order(StringComparer.Ordinal)], [.. missing[false].Order(StringComparer.Ordinal)]);
    }

    /// <summary>The installation's version; "of unknown version" where it does not say.</summary>
    private static string Version(string folder)
    {
        string file = Path.Combine(folder, "..", "version.py");
        Match match = File.Exists(file) ? VersionLine().Match(File.ReadAllText(file)) : Match.Empty;
        return match.Success ? match.Groups[1].Value : "of unknown version";
    }

    private static IEnumerable<string> Files(string folder) =>
        _libraries.Select(name => Path.Combine(Path.GetFullPath(folder), name)).Where(File.Exists);

    private static string Names(string[] symbols) =>
        string.Join(", ", symbols.Take(NamedSymbols)) + (symbols.Length > NamedSymbols ? ", ..." : "");

    [GeneratedRegex("""__version__ = ['"]([^'"]+)['"]""")]
    private static partial Regex VersionLine();
}

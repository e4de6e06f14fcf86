using System.Diagnostics;
using System.Text.RegularExpressions;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

/// <summary>Uses the package as a stranger would: packed into a feed of its own, referenced from outside the repository.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Version = "0.0.1-outside";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kernels-consumer-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_sample_of_the_README_builds_and_runs_against_the_package()
    {
        string readme = File.ReadAllText(Path.Combine(SharedData.Repository, "src", "Kernels", "README.md"));
        string[] samples = [.. Regex.Matches(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];
        Assert.Equal(3, samples.Length);
        string project = Path.Combine(SharedData.Repository, "src", "Kernels", "Kernels.csproj");

        // An output folder of its own: the tests' own build must stay as it is.
        Dotnet($"pack \"{project}\" -c Release -p:Version={Version} -p:ArtifactsPath=\"{_folder.FullName}/artifacts\" -o \"{_folder.FullName}/feed\"");
        DirectoryInfo consumer = _folder.CreateSubdirectory("consumer");
        File.WriteAllText(Path.Combine(consumer.FullName, "Program.cs"), Program(samples));
        File.WriteAllText(Path.Combine(consumer.FullName, "consumer.csproj"), Consumer());
        string output = Dotnet("run -c Release", consumer.FullName);
        Assert.Contains("values from", output);
        Assert.Contains("contact-sheet.pgm: 384 x 288", output);
        Assert.Contains("loss ", output);
        Assert.Equal("P5 384 288 255\n".Length + (384 * 288), new FileInfo(Path.Combine(consumer.FullName, "contact-sheet.pgm")).Length);
    }

    /// <summary>The samples, each a program of its own in the README, as the methods of one: one build instead of three.</summary>
    private static string Program(string[] samples)
    {
        string[] lines = [.. samples.SelectMany(sample => sample.Split('\n'))];
        IEnumerable<string> usings = lines.Where(IsUsing).Distinct();
        IEnumerable<string> methods = samples.Select((sample, i) =>
            $"static void Sample{i}()\n{{\n{string.Join('\n', sample.Split('\n').Where(line => !IsUsing(line)))}\n}}\n");
        return $"{string.Join('\n', usings)}\nSample0();\nSample1();\nSample2();\n{string.Join('\n', methods)}";

        static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=');
    }

    /// <summary>
    /// Restores into a folder of its own, so that no package of an earlier run is taken; what else is needed comes from the machine's cache.
    /// </summary>
    private string Consumer()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RestorePackagesPath>{_folder.FullName}/packages</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{_folder.FullName}/feed</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ChestXray.Kernels" Version="{Version}" />
              </ItemGroup>
            </Project>
            """;
    }

    private string Dotnet(string arguments, string? folder = null)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = folder ?? _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test runner's own build set must not steer this one; and no build server may outlive the test.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {arguments} failed:\n{output}\n{error.Result}");
        return output;
    }
}

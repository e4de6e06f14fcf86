using System.Diagnostics;
using System.Text.RegularExpressions;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

/// <summary>
/// Uses the package as a stranger would: packed into a feed of its own, referenced from outside the repository.
/// </summary>
public sealed class PackageTests(PackageTests.Feed feed) : IClassFixture<PackageTests.Feed>
{
    private const string Version = "0.0.1-outside";

    [Fact]
    public void Every_sample_of_the_README_builds_and_runs_against_the_package()
    {
        string[] samples = [.. Samples().Where(sample => !NeedsTorch(sample))];
        Assert.Equal(5, samples.Length);
        (string folder, string output) = feed.Run("plain", samples, "");
        Assert.Contains("values from", output);
        Assert.Contains("contact-sheet.ppm: 384 x 288", output);
        Assert.Contains("mask: ", output);
        Assert.Contains("loss ", output);
        Assert.Contains("device: ", output);
        Assert.Equal("P6 384 288 255\n".Length + (3 * 384 * 288), new FileInfo(Path.Combine(folder, "contact-sheet.ppm")).Length);
        Assert.False(File.Exists(Path.Combine(folder, "bin", "Release", "net10.0", "TorchSharp.dll")),
            "the package must not bring TorchSharp along");
    }

    [Fact]
    public void The_sample_for_TorchSharp_writes_into_a_tensor_through_the_public_surface_alone()
    {
        string[] samples = [.. Samples().Where(NeedsTorch)];
        Assert.Single(samples);

        // What TorchSharp's library asks of the system is lowered in the consumer's own copy: docs/decisions/0004-torch.md.
        string targets = Path.Combine(SharedData.Repository, "build", "LoadableTorch.targets");
        (_, string output) = feed.Run("torch", samples, $"""
              <PropertyGroup>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchSharp" Version="0.107.0" />
                <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
              </ItemGroup>
              <Import Project="{targets}" />
            """);
        Assert.Contains("a tensor of 3 x 1 x 64 x 64 on ", output);
        Assert.Contains("equal to the plain batch: True", output);
    }

    private static string[] Samples()
    {
        string readme = File.ReadAllText(Path.Combine(SharedData.Repository, "src", "Kernels", "README.md"));
        return [.. Regex.Matches(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];
    }

    private static bool NeedsTorch(string sample) => sample.Contains("using TorchSharp;", StringComparison.Ordinal);

    /// <summary>The package in a feed of its own, packed once.</summary>
    public sealed class Feed : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kernels-consumer-");

        public Feed()
        {
            // An output folder of its own: the tests' own build must stay as it is.
            string project = Path.Combine(SharedData.Repository, "src", "Kernels", "Kernels.csproj");
            Dotnet($"pack \"{project}\" -c Release -p:Version={Version} -p:ArtifactsPath=\"{_folder.FullName}/artifacts\" -o \"{_folder.FullName}/feed\"");
        }

        public void Dispose() => _folder.Delete(recursive: true);

        /// <summary>Builds and runs a program of these samples; returns its folder and what it printed.</summary>
        public (string Folder, string Output) Run(string name, string[] samples, string more)
        {
            DirectoryInfo consumer = _folder.CreateSubdirectory(name);
            File.WriteAllText(Path.Combine(consumer.FullName, "Program.cs"), Program(samples));
            File.WriteAllText(Path.Combine(consumer.FullName, "consumer.csproj"), Project(more));
            return (consumer.FullName, Dotnet("run -c Release", consumer.FullName));
        }

        /// <summary>
        /// The samples, each a program of its own in the README, as the methods of one: one build instead of many.
        /// </summary>
        private static string Program(string[] samples)
        {
            string[] lines = [.. samples.SelectMany(sample => sample.Split('\n'))];
            IEnumerable<string> usings = lines.Where(IsUsing).Distinct();
            IEnumerable<string> calls = samples.Select((_, i) => $"Sample{i}();");
            IEnumerable<string> methods = samples.Select((sample, i) =>
                $"static void Sample{i}()\n{{\n{string.Join('\n', sample.Split('\n').Where(line => !IsUsing(line)))}\n}}\n");
            return string.Join('\n', [.. usings, .. calls, .. methods]);

            static bool IsUsing(string line) =>
                line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=');
        }

        /// <summary>
        /// Restores into a folder of its own, so that no package of an earlier run is taken; what else is needed comes from the
        /// machine's cache.
        /// </summary>
        private string Project(string more)
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
                    <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
                    <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                    <RestorePackagesPath>{_folder.FullName}/packages</RestorePackagesPath>
                    <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                    <RestoreAdditionalProjectSources>{_folder.FullName}/feed</RestoreAdditionalProjectSources>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="ChestXray.Kernels" Version="{Version}" />
                  </ItemGroup>
                {more}
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
            foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                .ToArray())
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
}

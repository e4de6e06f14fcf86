using System.Reflection;
using System.Text;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

public class PublicSurfaceTests
{
    /// <summary>
    /// A change of the surface is a change of this file, to be seen in review; ACCEPT_SURFACE=1 rewrites it and still fails.
    /// </summary>
    [Fact]
    public void The_public_surface_is_the_listed_one()
    {
        string path = Path.Combine(SharedData.Repository, "tests", "Kernels.Tests", "PublicSurface.txt"), found = Describe();
        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (found != expected && Environment.GetEnvironmentVariable("ACCEPT_SURFACE") == "1")
            File.WriteAllText(path, found);
        Assert.Equal(expected, found);
    }

    private static string Describe()
    {
        StringBuilder text = new();
        foreach (Type type in typeof(CpuAugmenter).Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            BindingFlags all = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            IEnumerable<string> members = type.GetMembers(all)
                .Where(m => m is not MethodInfo { IsSpecialName: true } && !(type.IsEnum && m.Name == "value__"))
                .Select(m => m is FieldInfo { IsLiteral: true } f ? $"{f.Name} = {f.GetRawConstantValue()}" : m is PropertyInfo p ? Property(p) : m.ToString()!);
            foreach (string member in members.Order(StringComparer.Ordinal))
                text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Property(PropertyInfo property) =>
        $"{property} {{ {(property.CanRead ? "get; " : "")}{(property.SetMethod is { IsPublic: true } ? "set; " : "")}}}";
}

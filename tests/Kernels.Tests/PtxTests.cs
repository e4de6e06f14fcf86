using System.Reflection;
using System.Text.RegularExpressions;
using ChestXray.Kernels.Ops;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels.Tests;

/// <summary>Compiles every kernel to PTX without a GPU and reads what came out.</summary>
public class PtxTests
{
    [Theory]
    [InlineData(typeof(WarpKernel), nameof(WarpKernel.Four), true)]
    [InlineData(typeof(WarpKernel), nameof(WarpKernel.One), false)]
    [InlineData(typeof(WeightedBceKernel), nameof(WeightedBceKernel.Run), false)]
    public void A_kernel_uses_no_local_memory_and_no_integer_division_and_stores_vectors_where_promised(Type type, string method, bool vectors)
    {
        string ptx = Compile(type.GetMethod(method, BindingFlags.Static | BindingFlags.Public)!);
        Assert.Contains(".entry", ptx);
        Assert.DoesNotContain(".local", ptx);
        Assert.DoesNotMatch(new Regex(@"\b(div|rem)\.[su](16|32|64)"), ptx);
        Assert.Equal(vectors, Regex.IsMatch(ptx, @"\bst(\.global)?\.v4\.f32"));
    }

    [Fact]
    public void Every_kernel_of_the_library_is_read_here()
    {
        string[] kernels = [.. typeof(WarpKernel).Assembly.GetTypes().Where(t => t.Name.EndsWith("Kernel", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public).Select(m => $"{t.Name}.{m.Name}")).Order()];
        Assert.Equal(["WarpKernel.Four", "WarpKernel.One", "WeightedBceKernel.Run"], kernels);
    }

    private static string Compile(MethodInfo method)
    {
        using Context context = Context.Create(_ => { });
        using PTXBackend backend = new(context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null);
        EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(method);
        return ((PTXCompiledKernel)backend.Compile(entry, default)).PTXAssembly;
    }
}

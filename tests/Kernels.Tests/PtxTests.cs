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
    private static readonly Type[] _records = [typeof(ByteRecords), typeof(UInt16Records), typeof(Float32Records)];
    private static readonly Type[] _samples = [typeof(Float32Samples), typeof(Float16Samples), typeof(BFloat16Samples)];
    private static readonly Type[] _quads = [typeof(Float32Quads), typeof(Float16Quads), typeof(BFloat16Quads)];

    [Fact]
    public void A_kernel_uses_no_local_memory_and_no_integer_division_and_stores_vectors_where_promised()
    {
        foreach (MethodInfo kernel in Kernels())
        {
            string name = $"{kernel.DeclaringType!.Name}.{kernel}", ptx = Compile(kernel);
            Assert.True(ptx.Contains(".entry"), name);

            // What ILGPU emits for every newer card, too: the driver makes that card's code of it.
            Assert.True(ptx.Contains(".target sm_80"), name);
            Assert.False(ptx.Contains(".local"), $"{name} spills");
            Assert.False(Regex.IsMatch(ptx, @"\b(div|rem)\.[su](16|32|64)"), $"{name} divides integers");
            Type? quads = kernel.IsGenericMethod ? kernel.GetGenericArguments()[1] : null;
            Assert.True(Regex.IsMatch(ptx, @"\bst(\.global)?\.v4\.[fb]32") == (quads == typeof(Float32Quads)),
                $"{name}: 16-byte stores");
            Assert.True(
                Regex.IsMatch(ptx, @"\bst(\.global)?\.v2\.[ub]32") == (quads == typeof(Float16Quads)
                    || quads == typeof(BFloat16Quads)), $"{name}: 8-byte stores");
        }
    }

    [Fact]
    public void Every_kernel_of_the_library_is_read_here()
    {
        string[] kernels = [.. typeof(WarpKernel).Assembly.GetTypes()
            .Where(t => t.Name.EndsWith("Kernel", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public).Select(m => $"{t.Name}.{m.Name}")).Order()];
        Assert.Equal(kernels, Kernels().Select(m => $"{m.DeclaringType!.Name}.{m.Name}").Distinct().Order());
    }

    private static IEnumerable<MethodInfo> Kernels()
    {
        foreach (Type records in _records)
        {
            foreach (Type samples in _samples)
                yield return typeof(WarpKernel).GetMethod(nameof(WarpKernel.One))!.MakeGenericMethod(records, samples);
            foreach (Type quads in _quads)
                yield return typeof(WarpKernel).GetMethod(nameof(WarpKernel.Four))!.MakeGenericMethod(records, quads);
        }

        yield return typeof(WarpKernel).GetMethod(nameof(WarpKernel.Masks))!;
        yield return typeof(ResizeKernel).GetMethod(nameof(ResizeKernel.Bilinear))!;
        yield return typeof(ResizeKernel).GetMethod(nameof(ResizeKernel.Antialias))!;
        yield return typeof(AdamKernel).GetMethod(nameof(AdamKernel.Run))!;
        yield return typeof(WeightedBceKernel).GetMethod(nameof(WeightedBceKernel.Run))!;
        yield return typeof(WeightedBceKernel).GetMethod(nameof(WeightedBceKernel.Sum))!;
    }

    private static string Compile(MethodInfo method)
    {
        using Context context = Context.Create(_ => { });
        using PTXBackend backend = new(
            context, new CudaCapabilityContext(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_80, null);
        EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(method);
        return ((PTXCompiledKernel)backend.Compile(entry, default)).PTXAssembly;
    }
}

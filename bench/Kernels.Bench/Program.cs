using BenchmarkDotNet.Running;
using ChestXray.Kernels.Bench;

if (args is ["gpu", .. string[] rest])
{
    GpuReport.Write(rest.Length > 0 ? rest[0] : "gpu.json", quick: false, Console.Error);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(FusedPass).Assembly).Run(args);

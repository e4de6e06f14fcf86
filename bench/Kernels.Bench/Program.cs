using BenchmarkDotNet.Running;
using ChestXray.Kernels.Bench;

BenchmarkSwitcher.FromAssembly(typeof(FusedPass).Assembly).Run(args);

using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(ChestXray.Kernels.Bench.FusedPass).Assembly).Run(args);

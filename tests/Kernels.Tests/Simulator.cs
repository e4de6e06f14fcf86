using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ChestXray.Kernels.Tests;

/// <summary>ILGPU's CPU accelerator: slow, but it runs the kernels' own code. Two threads per group, as few as it takes.</summary>
internal sealed class Simulator : IDisposable
{
    private readonly Context _context;

    public Simulator()
    {
        _context = Context.Create(builder => builder.CPU(new CPUDevice(2, 1, 1)));
        Accelerator = _context.GetDevice<CPUDevice>(0).CreateCPUAccelerator(_context);
    }

    public CPUAccelerator Accelerator { get; }

    public AcceleratorStream Stream => Accelerator.DefaultStream;

    public void Dispose()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }
}

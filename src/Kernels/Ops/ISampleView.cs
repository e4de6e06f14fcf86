using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>Samples in a GPU's memory, value by value; a kernel is compiled for each of their types.</summary>
internal interface ISampleView
{
    void Store(long index, float value);
}

internal readonly struct Float32Samples(ArrayView<float> view) : ISampleView
{
    private readonly ArrayView<float> _view = view;

    public void Store(long index, float value) => _view[index] = value;
}

internal readonly struct Float16Samples(ArrayView<ushort> view) : ISampleView
{
    private readonly ArrayView<ushort> _view = view;

    public void Store(long index, float value) => _view[index] = (ushort)KernelMaths.ToFloat16(value);
}

internal readonly struct BFloat16Samples(ArrayView<ushort> view) : ISampleView
{
    private readonly ArrayView<ushort> _view = view;

    public void Store(long index, float value) => _view[index] = (ushort)KernelMaths.ToBFloat16(value);
}

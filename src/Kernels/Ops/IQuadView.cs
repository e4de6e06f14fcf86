using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>Samples in a GPU's memory, four neighbouring values at a time: one store of 16 or 8 bytes.</summary>
internal interface IQuadView
{
    void Store(long index, float x, float y, float z, float w);
}

internal readonly struct Float32Quads(ArrayView<Float4> view) : IQuadView
{
    private readonly ArrayView<Float4> _view = view;

    public void Store(long index, float x, float y, float z, float w)
    {
        Float4 four = default;
        (four.X, four.Y, four.Z, four.W) = (x, y, z, w);
        _view[index] = four;
    }
}

internal readonly struct Float16Quads(ArrayView<UInt2> view) : IQuadView
{
    private readonly ArrayView<UInt2> _view = view;

    public void Store(long index, float x, float y, float z, float w)
    {
        UInt2 two = default;
        two.X = KernelMaths.ToFloat16(x) | (KernelMaths.ToFloat16(y) << 16);
        two.Y = KernelMaths.ToFloat16(z) | (KernelMaths.ToFloat16(w) << 16);
        _view[index] = two;
    }
}

internal readonly struct BFloat16Quads(ArrayView<UInt2> view) : IQuadView
{
    private readonly ArrayView<UInt2> _view = view;

    public void Store(long index, float x, float y, float z, float w)
    {
        UInt2 two = default;
        two.X = KernelMaths.ToBFloat16(x) | (KernelMaths.ToBFloat16(y) << 16);
        two.Y = KernelMaths.ToBFloat16(z) | (KernelMaths.ToBFloat16(w) << 16);
        _view[index] = two;
    }
}

using System.Runtime.InteropServices;
using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Runtime;

/// <summary>One thread's scratch, and the choice of body per sample. The owner of its native memory.</summary>
internal sealed unsafe class WarpWorker : IDisposable
{
    private const int Alignment = 64;

    private readonly CpuAugmenterOptions _options;
    private readonly SimdLevel _simd;
    private readonly float _scale, _offset;
    private readonly bool _boxes;
    private readonly int* _columns;
    private readonly byte* _blank;
    private readonly byte* _box;

    public WarpWorker(CpuAugmenterOptions options, SimdLevel simd)
    {
        _options = options;
        _simd = simd;
        _scale = (float)(1.0 / options.Deviation);
        _offset = (float)(-(double)options.Mean / options.Deviation);
        bool byteFill = options.Border != Border.Constant || (options.Fill is >= 0 and <= 255 && options.Fill == MathF.Floor(options.Fill));
        int lanes = simd == SimdLevel.Avx512 ? 16 : 8;
        _boxes = simd != SimdLevel.Scalar && options.Interpolation == Interpolation.Bilinear && options.Border != Border.Wrap && byteFill
            && options.OutputWidth >= lanes;
        _columns = (int*)NativeMemory.Alloc(BoxPlan.LongestSide, sizeof(int));
        _blank = (byte*)NativeMemory.Alloc((nuint)options.SourceWidth);
        new Span<byte>(_blank, options.SourceWidth).Fill(byteFill ? (byte)Math.Clamp(options.Fill, 0, 255) : (byte)0);
        _box = _boxes ? (byte*)NativeMemory.AlignedAlloc((nuint)BoxPlan.MostBytes(options.OutputWidth, options.OutputHeight), Alignment) : null;
    }

    /// <summary>Writes sample <paramref name="index"/> of a batch.</summary>
    public void Run(in WarpBatch batch, int index)
    {
        CpuAugmenterOptions o = _options;
        long pixel = (long)batch.Numbers[index] * o.SourceHeight * o.SourceWidth;
        float* output = batch.Output + ((long)index * o.OutputHeight * o.OutputWidth);
        if (batch.Matrices[index] == Matrix2x3.Identity && o.OutputWidth == o.SourceWidth && o.OutputHeight <= o.SourceHeight)
        {
            int count = o.OutputHeight * o.OutputWidth;
            if (batch.Wide)
                Standardiser.Run((ushort*)batch.Records + pixel, output, count, _scale, _offset, _simd);
            else
                Standardiser.Run(batch.Records + pixel, output, count, _scale, _offset, _simd);
            return;
        }

        FixedMatrix m = FixedMatrix.From(batch.Matrices[index]);
        if (batch.Wide)
            RunGeneral((ushort*)batch.Records + pixel, m, output);
        else if (_boxes && BoxPlan.TryMake(m, o.OutputWidth, o.OutputHeight, out BoxPlan plan))
            RunBoxed(batch.Records + pixel, m, plan, output);
        else
            RunGeneral(batch.Records + pixel, m, output);
    }

    public void Dispose()
    {
        NativeMemory.Free(_columns);
        NativeMemory.Free(_blank);
        NativeMemory.AlignedFree(_box);
    }

    private void RunGeneral<T>(T* source, in FixedMatrix m, float* output)
        where T : unmanaged, System.Numerics.INumberBase<T> =>
        WarpGeneral.Run(
            source, _options.SourceWidth, _options.SourceHeight, m, _options.Border, _options.Interpolation, _options.Fill, _scale, _offset,
            output, _options.OutputWidth, _options.OutputHeight);

    private void RunBoxed(byte* source, in FixedMatrix m, in BoxPlan plan, float* output)
    {
        CpuAugmenterOptions o = _options;
        byte* box = _box + BoxPlan.Margin;
        BoxReach reach = new(plan, m, o.OutputWidth, o.OutputHeight);
        BoxBuilder.Build(source, o.SourceWidth, o.SourceHeight, o.Border, _blank[0], plan, reach, _columns, _blank, box);
        if (_simd == SimdLevel.Avx512)
            BoxWarp.Wide512(box, plan, m, _scale, _offset, output, o.OutputWidth, o.OutputHeight);
        else
            BoxWarp.Wide256(box, plan, m, _scale, _offset, output, o.OutputWidth, o.OutputHeight);
    }
}

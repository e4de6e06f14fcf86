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
    private readonly float* _floats;

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
        _floats = (float*)NativeMemory.AlignedAlloc((nuint)options.OutputWidth * (nuint)options.OutputHeight * sizeof(float), Alignment);
        _columns = (int*)NativeMemory.Alloc(BoxPlan.LongestSide, sizeof(int));
        _blank = (byte*)NativeMemory.Alloc((nuint)options.SourceWidth);
        new Span<byte>(_blank, options.SourceWidth).Fill(byteFill ? (byte)Math.Clamp(options.Fill, 0, 255) : (byte)0);
        _box = _boxes ? (byte*)NativeMemory.AlignedAlloc((nuint)BoxPlan.MostBytes(options.OutputWidth, options.OutputHeight), Alignment) : null;
    }

    /// <summary>Writes sample <paramref name="index"/> of a batch.</summary>
    public void Run(in WarpBatch batch, int index)
    {
        CpuAugmenterOptions o = _options;
        int pixels = o.OutputHeight * o.OutputWidth;
        (float scale, float offset) = batch.Tones is null ? (_scale, _offset) : Affine(batch.Tones[index]);
        if (batch.Kind == OutputKind.Float32)
        {
            Run(batch, index, (float*)batch.Output + ((long)index * pixels), scale, offset);
            return;
        }

        Run(batch, index, _floats, scale, offset);
        Narrowing.Run(_floats, (ushort*)batch.Output + ((long)index * pixels), pixels, batch.Kind);
    }

    public void Dispose()
    {
        NativeMemory.Free(_columns);
        NativeMemory.Free(_blank);
        NativeMemory.AlignedFree(_box);
        NativeMemory.AlignedFree(_floats);
    }

    private void Run(in WarpBatch batch, int index, float* output, float scale, float offset)
    {
        CpuAugmenterOptions o = _options;
        long pixel = (long)batch.Numbers[index] * o.SourceHeight * o.SourceWidth;
        if (batch.Matrices[index] == Matrix2x3.Identity && o.OutputWidth == o.SourceWidth && o.OutputHeight <= o.SourceHeight)
        {
            int count = o.OutputHeight * o.OutputWidth;
            if (batch.Wide)
                Standardiser.Run((ushort*)batch.Records + pixel, output, count, scale, offset, _simd);
            else
                Standardiser.Run((byte*)batch.Records + pixel, output, count, scale, offset, _simd);
            return;
        }

        FixedMatrix m = FixedMatrix.From(batch.Matrices[index]);
        if (batch.Wide)
            RunGeneral((ushort*)batch.Records + pixel, m, output, scale, offset);
        else if (_boxes && BoxPlan.TryMake(m, o.OutputWidth, o.OutputHeight, out BoxPlan plan))
            RunBoxed((byte*)batch.Records + pixel, m, plan, output, scale, offset);
        else
            RunGeneral((byte*)batch.Records + pixel, m, output, scale, offset);
    }

    /// <summary>((v - mean) * contrast + brightness) / deviation as one multiply-add.</summary>
    private (float Scale, float Offset) Affine(Tone tone) => (
        (float)((double)tone.Contrast / _options.Deviation),
        (float)((tone.Brightness - ((double)_options.Mean * tone.Contrast)) / _options.Deviation));

    private void RunGeneral<T>(T* source, in FixedMatrix m, float* output, float scale, float offset)
        where T : unmanaged, System.Numerics.INumberBase<T> =>
        WarpGeneral.Run(
            source, _options.SourceWidth, _options.SourceHeight, m, _options.Border, _options.Interpolation, _options.Fill, scale, offset,
            output, _options.OutputWidth, _options.OutputHeight);

    private void RunBoxed(byte* source, in FixedMatrix m, in BoxPlan plan, float* output, float scale, float offset)
    {
        CpuAugmenterOptions o = _options;
        byte* box = _box + BoxPlan.Margin;
        BoxReach reach = new(plan, m, o.OutputWidth, o.OutputHeight);
        BoxBuilder.Build(source, o.SourceWidth, o.SourceHeight, o.Border, _blank[0], plan, reach, _columns, _blank, box);
        if (_simd == SimdLevel.Avx512)
            BoxWarp.Wide512(box, plan, m, scale, offset, output, o.OutputWidth, o.OutputHeight);
        else
            BoxWarp.Wide256(box, plan, m, scale, offset, output, o.OutputWidth, o.OutputHeight);
    }
}

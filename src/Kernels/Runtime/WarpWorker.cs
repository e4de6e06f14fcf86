using System.Numerics;
using System.Runtime.InteropServices;
using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Runtime;

/// <summary>One thread's scratch, and the choice of body per sample. The owner of its native memory.</summary>
internal sealed unsafe class WarpWorker : IDisposable
{
    private const int Alignment = 64;

    private readonly AugmenterOptions _options;
    private readonly SimdLevel _simd;
    private readonly ChannelAffine _affine;
    private readonly bool _boxes;
    private readonly int _pixels;
    private readonly int* _columns;
    private readonly byte* _blank;
    private readonly byte* _box;
    private readonly float* _planes;
    private readonly float* _pixelsTogether;

    public WarpWorker(AugmenterOptions options, SimdLevel simd)
    {
        (_options, _simd, _pixels) = (options, simd, options.OutputWidth * options.OutputHeight);
        _affine = ChannelAffine.From(options, 1, 0);
        float fill = options.Fill.First;
        bool byteFill = options.Border != Border.Constant || (fill is >= 0 and <= 255 && fill == MathF.Floor(fill));
        int lanes = simd == SimdLevel.Avx512 ? 16 : 8;
        _boxes = simd != SimdLevel.Scalar && options.Channels == 1 && options.Interpolation == Interpolation.Bilinear
            && options.Border != Border.Wrap
            && byteFill && options.OutputWidth >= lanes;
        nuint plane = (nuint)_pixels * sizeof(float), channels = (nuint)options.OutputChannels;
        _planes = (float*)NativeMemory.AlignedAlloc(plane * channels, Alignment);
        _pixelsTogether = Interleaves ? (float*)NativeMemory.AlignedAlloc(plane * channels, Alignment) : null;
        _columns = (int*)NativeMemory.Alloc(BoxPlan.LongestSide, sizeof(int));
        _blank = (byte*)NativeMemory.Alloc((nuint)options.SourceWidth);
        new Span<byte>(_blank, options.SourceWidth).Fill(byteFill ? (byte)Math.Clamp(fill, 0, 255) : (byte)0);
        _box = _boxes ? (byte*)NativeMemory.AlignedAlloc(
            (nuint)BoxPlan.MostBytes(options.OutputWidth, options.OutputHeight), Alignment) : null;
    }

    /// <summary>The label beyond a mask's edges.</summary>
    public byte Outside { get; set; }

    private bool Interleaves => _options.Layout == ChannelLayout.Nhwc && _options.OutputChannels == 3;

    /// <summary>Writes sample <paramref name="index"/> of a batch.</summary>
    public void Run(in WarpBatch batch, int index)
    {
        if (batch.Kind == OutputKind.Label)
        {
            Resample(batch, index, Interpolation.Nearest, ChannelAffine.None, Outside, _planes, 1);
            Packing.ToBytes(_planes, (byte*)batch.Output + ((long)index * _pixels), _pixels);
            return;
        }

        int values = _pixels * _options.OutputChannels;
        bool direct = batch.Kind == OutputKind.Float32 && !Interleaves;
        float* planes = direct ? (float*)batch.Output + ((long)index * values) : _planes;
        Tone tone = batch.Tones is null ? Tone.Unchanged : batch.Tones[index];
        ChannelAffine affine = batch.Tones is null ? _affine : ChannelAffine.From(_options, tone.Contrast, tone.Brightness);
        bool late = tone.Gamma != 1 || tone.Noise != 0 || _options.OutputChannels != _options.Channels;
        Resample(batch, index, _options.Interpolation, late
            ? ChannelAffine.None : affine, _options.Fill, planes, _options.Channels);
        if (late)
            Colour(tone, ElementKinds.White(_options, batch.RecordKind), affine, planes);
        if (!direct)
            Deliver(batch, index, values);
    }

    public void Dispose()
    {
        NativeMemory.Free(_columns);
        NativeMemory.Free(_blank);
        NativeMemory.AlignedFree(_box);
        NativeMemory.AlignedFree(_planes);
        NativeMemory.AlignedFree(_pixelsTogether);
    }

    private void Resample(
        in WarpBatch batch, int index, Interpolation interpolation, in ChannelAffine affine, in PerChannel fill, float* planes,
        int channels)
    {
        Matrix2x3 matrix = batch.Matrices[index];
        long first = (long)batch.Numbers[index] * _options.SourceHeight * _options.SourceWidth * channels;
        switch (batch.RecordKind)
        {
            case RecordKind.Byte when interpolation == Interpolation.Bilinear:
                ResampleBytes((byte*)batch.Records + first, matrix, affine, planes);
                break;
            case RecordKind.Byte:
                Resample((byte*)batch.Records + first, matrix, interpolation, affine, fill, planes, channels);
                break;
            case RecordKind.UInt16:
                Resample((ushort*)batch.Records + first, matrix, interpolation, affine, fill, planes, channels);
                break;
            default:
                Resample((float*)batch.Records + first, matrix, interpolation, affine, fill, planes, channels);
                break;
        }
    }

    private void ResampleBytes(byte* source, in Matrix2x3 matrix, in ChannelAffine affine, float* planes)
    {
        AugmenterOptions o = _options;
        if (_boxes && !Stays(matrix, 1))
        {
            FixedMatrix m = FixedMatrix.From(matrix);
            if (BoxPlan.TryMake(m, o.OutputWidth, o.OutputHeight, out BoxPlan plan))
            {
                RunBoxed(source, m, plan, planes, affine.Scale.First, affine.Offset.First);
                return;
            }
        }

        Resample(source, matrix, Interpolation.Bilinear, affine, o.Fill, planes, o.Channels);
    }

    private void Resample<T>(
        T* source, in Matrix2x3 matrix, Interpolation interpolation, in ChannelAffine affine, in PerChannel fill, float* planes,
        int channels)
        where T : unmanaged, INumberBase<T>
    {
        AugmenterOptions o = _options;
        if (Stays(matrix, channels))
        {
            Standardise(source, planes, affine.Scale.First, affine.Offset.First);
            return;
        }

        FixedMatrix m = FixedMatrix.From(matrix);
        WarpSource<T> record = new(source, o, channels, fill);
        if (_simd != SimdLevel.Scalar && DirectWarp.Takes((long)o.SourceWidth * o.SourceHeight * channels * sizeof(T)))
            DirectWarp.Run(record, m, interpolation, affine, planes, o.OutputWidth, o.OutputHeight);
        else
            WarpGeneral.Run(record, m, interpolation, affine, planes, o.OutputWidth, o.OutputHeight);
    }

    /// <summary>Whether a sample is the first rows of its record.</summary>
    private bool Stays(in Matrix2x3 matrix, int channels) =>
        channels == 1 && matrix == Matrix2x3.Identity && _options.OutputWidth == _options.SourceWidth
            && _options.OutputHeight <= _options.SourceHeight;

    private void Standardise<T>(T* source, float* output, float scale, float offset)
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte))
            Standardiser.Run((byte*)source, output, _pixels, scale, offset, _simd);
        else if (typeof(T) == typeof(ushort))
            Standardiser.Run((ushort*)source, output, _pixels, scale, offset, _simd);
        else
            Standardiser.Run((float*)source, output, _pixels, scale, offset, _simd);
    }

    private void RunBoxed(byte* source, in FixedMatrix m, in BoxPlan plan, float* output, float scale, float offset)
    {
        AugmenterOptions o = _options;
        byte* box = _box + BoxPlan.Margin;
        BoxReach reach = new(plan, m, o.OutputWidth, o.OutputHeight);
        BoxBuilder.Build(source, o.SourceWidth, o.SourceHeight, o.Border, _blank[0], plan, reach, _columns, _blank, box);
        if (_simd == SimdLevel.Avx512)
            BoxWarp.Wide512(box, plan, m, scale, offset, output, o.OutputWidth, o.OutputHeight);
        else
            BoxWarp.Wide256(box, plan, m, scale, offset, output, o.OutputWidth, o.OutputHeight);
    }

    /// <summary>
    /// Levels to standardised values; from one plane to three, the last first, as the first is what the others are made of.
    /// </summary>
    private void Colour(in Tone tone, float white, in ChannelAffine affine, float* planes)
    {
        for (int c = _options.OutputChannels - 1; c >= 0; c--)
        {
            int from = _options.Channels == 1 ? 0 : c;
            float noise = (float)(tone.Noise / (double)_options.Deviation[c]);
            TonePass pass = new(tone.Gamma, white, affine.Scale[c], affine.Offset[c], noise, tone.Key, from);
            pass.Run(planes + ((long)from * _pixels), planes + ((long)c * _pixels), _pixels, _simd);
        }
    }

    private void Deliver(in WarpBatch batch, int index, int values)
    {
        bool isFloat = batch.Kind == OutputKind.Float32;
        float* sample = _planes;
        if (Interleaves)
        {
            sample = isFloat ? (float*)batch.Output + ((long)index * values) : _pixelsTogether;
            Packing.Interleave(_planes, sample, _pixels);
        }

        if (!isFloat)
            Narrowing.Run(sample, (ushort*)batch.Output + ((long)index * values), values, batch.Kind);
    }
}

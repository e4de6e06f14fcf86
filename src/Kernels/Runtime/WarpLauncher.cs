using ChestXray.Kernels.Ops;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels.Runtime;

/// <summary>The compiled kernels of one pair of record and sample types.</summary>
internal abstract class WarpLauncher
{
    private const int GroupX = 64, GroupY = 4;

    /// <summary>Compiles what a batch of these types may need.</summary>
    public static WarpLauncher Make(Accelerator accelerator, AugmenterOptions options, RecordKind from, OutputKind to)
    {
        WarpShape shape = new(options, ElementKinds.White(options, from));
        return from switch
        {
            RecordKind.Byte => Make(accelerator, options, to, shape,
                (memory, at, length) => new ByteRecords(memory.At<byte>(at, length))),
            RecordKind.UInt16 => Make(accelerator, options, to, shape,
                (memory, at, length) => new UInt16Records(memory.At<ushort>(at, length))),
            _ => Make(accelerator, options, to, shape, (memory, at, length) => new Float32Records(memory.At<float>(at, length))),
        };
    }

    /// <summary>Starts the kernel on a stream.</summary>
    public abstract void Launch(
        AcceleratorStream stream, ForeignMemory records, nint from, long values, ForeignMemory output, nint to,
        ArrayView<WarpSample> samples,
        bool plain);

    /// <summary>The groups of a launch over columns x height x samples; on the simulator as few as it takes.</summary>
    public static KernelConfig Config(Accelerator accelerator, int columns, int height, int samples)
    {
        if (accelerator is not CudaAccelerator)
            return new KernelConfig(new Index3D(1, 1, 1), new Index3D(2, 1, 1));
        Index3D groups = new((columns + GroupX - 1) / GroupX, (height + GroupY - 1) / GroupY, samples);
        return new KernelConfig(groups, new Index3D(GroupX, GroupY, 1));
    }

    private static WarpLauncher Make<TRecords>(
        Accelerator accelerator, AugmenterOptions options, OutputKind to, WarpShape shape,
        Func<ForeignMemory, nint, long, TRecords> records)
        where TRecords : struct, IRecordView => to switch
        {
            OutputKind.Float32 => new Typed<TRecords, Float32Samples, Float32Quads>(
                accelerator, options, shape, records, (memory, at, length) => new(memory.At<float>(at, length)),
                (memory, at, length) => new(memory.At<Float4>(at, length / 4)), 16),
            OutputKind.Float16 => new Typed<TRecords, Float16Samples, Float16Quads>(
                accelerator, options, shape, records, (memory, at, length) => new(memory.At<ushort>(at, length)),
                (memory, at, length) => new(memory.At<UInt2>(at, length / 4)), 8),
            _ => new Typed<TRecords, BFloat16Samples, BFloat16Quads>(
                accelerator, options, shape, records, (memory, at, length) => new(memory.At<ushort>(at, length)),
                (memory, at, length) => new(memory.At<UInt2>(at, length / 4)), 8),
        };

    private sealed class Typed<TRecords, TSamples, TQuads> : WarpLauncher
        where TRecords : struct, IRecordView
        where TSamples : struct, ISampleView
        where TQuads : struct, IQuadView
    {
        private readonly Accelerator _accelerator;
        private readonly AugmenterOptions _options;
        private readonly WarpShape _shape;
        private readonly Func<ForeignMemory, nint, long, TRecords> _records;
        private readonly Func<ForeignMemory, nint, long, TSamples> _samples;
        private readonly Func<ForeignMemory, nint, long, TQuads> _quads;
        private readonly int _quadBytes;
        private readonly Action<AcceleratorStream, KernelConfig, TRecords, TSamples, ArrayView<WarpSample>, WarpShape> _one;
        private readonly Action<AcceleratorStream, KernelConfig, TRecords, TQuads, ArrayView<WarpSample>, WarpShape>? _four;

        public Typed(
            Accelerator accelerator, AugmenterOptions options, WarpShape shape, Func<ForeignMemory, nint, long, TRecords> records,
            Func<ForeignMemory, nint, long, TSamples> samples, Func<ForeignMemory, nint, long, TQuads> quads, int quadBytes)
        {
            (_accelerator, _options, _shape, _records, _samples, _quads, _quadBytes) =
                (accelerator, options, shape, records, samples, quads, quadBytes);
            _one = accelerator.LoadKernel<TRecords, TSamples, ArrayView<WarpSample>, WarpShape>(WarpKernel.One);
            if (options.Interpolation == Interpolation.Bilinear && options.Border != Border.Wrap && options.OutputWidth % 4 == 0
                && options.OutputChannels == 1)
                _four = accelerator.LoadKernel<TRecords, TQuads, ArrayView<WarpSample>, WarpShape>(WarpKernel.Four);
        }

        public override void Launch(
            AcceleratorStream stream, ForeignMemory records, nint from, long values, ForeignMemory output, nint to,
            ArrayView<WarpSample> samples,
            bool plain)
        {
            TRecords source = _records(records, from, values);
            long room = samples.Length * _shape.SampleStep;

            // A vector store needs an aligned address; a slice of a tensor may not have one.
            if (_four is not null && plain && to % _quadBytes == 0)
            {
                KernelConfig four = Config(_accelerator, _options.OutputWidth / 4, _options.OutputHeight, samples.IntLength);
                _four(stream, four, source, _quads(output, to, room), samples, _shape);
                return;
            }

            KernelConfig one = Config(_accelerator, _options.OutputWidth, _options.OutputHeight, samples.IntLength);
            _one(stream, one, source, _samples(output, to, room), samples, _shape);
        }
    }
}

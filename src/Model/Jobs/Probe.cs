using System.Diagnostics;
using ChestXray.Model.Networks;
using ChestXray.Model.Networks.Convolutions;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Jobs;

/// <summary>Short measurements for a plan: a few images, a few steps.</summary>
internal static class Probe
{
    private const int ProbedImages = 6;
    private const int ProbedSteps = 2;

    /// <summary>Until the runtime has compiled the decoders at its last tier: before, they are ten times slower.</summary>
    private static readonly TimeSpan _probeTime = TimeSpan.FromSeconds(1);

    /// <summary>Images a second of decoding and resizing on all threads; broken images count as decoded.</summary>
    public static double DecodeRate(DataSetIndex index, StoreLayout layout, PrepareOptions options)
    {
        using ImageDecoder decoder = new(options.Decoder with { Draft = layout.Draft ? layout.Size : 0 });
        BilinearResize resize = new(antialias: layout.Antialias);
        byte[] record = new byte[layout.Size * layout.Size];
        IReadOnlyList<byte[]> files = index.ReadSample(ProbedImages);
        double fastest = double.MaxValue;
        for (Stopwatch all = Stopwatch.StartNew(); all.Elapsed < _probeTime || fastest == double.MaxValue;)
        {
            Stopwatch pass = Stopwatch.StartNew();
            foreach (byte[] file in files)
                Decode(file);
            fastest = Math.Min(fastest, pass.Elapsed.TotalSeconds);
        }

        return files.Count * options.Threads / Math.Max(fastest, 1e-6);

        void Decode(byte[] file)
        {
            try
            {
                GreyImage image = decoder.Decode(file);
                resize.ResizeToBytes(image.Pixels, image.Width, image.Height, record, layout.Size, layout.Size);
            }
            catch (ImageFormatException)
            {
                // Preparation names it; here only the time counts.
            }
        }
    }

    /// <summary>Training samples a second.</summary>
    public static double StepRate(TrainingOptions options, int size)
    {
        TorchRuntime.Start(options.Threads);
        using DisposeScope scope = NewDisposeScope();
        using Network network = InitialValues.Make(options);
        using BatchWorker worker =
            new(network, new BinaryCrossEntropy(LossKind.Plain, null), options.BatchSize, options.Seed, options.Bfloat16);
        Tensor images = zeros([options.BatchSize, 1, size, size]);
        float[] labels = new float[options.BatchSize * Findings.Count];
        worker.Train(images, labels, options.LearningRate);
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < ProbedSteps; i++)
            worker.Train(images, labels, options.LearningRate);
        return ProbedSteps * options.BatchSize / watch.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// Resident memory of training: what the program and the tensor library take, and the first blocks' activations with their
    /// gradients and the convolutions' scratch, as measured at 224 and batch 32. The library's convolutions keep their outputs,
    /// ours do not.
    /// </summary>
    public static double ExpectedMemoryBytes(TrainingOptions options, int size)
    {
        // DenseNet's figure is of 128 pixels and batch 16, all layers learning.
        const double fixedBytes = 330e6, withOurs = 300, withTheLibrarys = 520, dense = 6000;
        bool areOurs = options.Convolutions != ConvolutionPath.Library && !options.Bfloat16 && PooledConvolutions.AreSupported;
        double bytesPerInputPixel = options.Network.Name != NetworkCatalogue.Guide ? dense : areOurs ? withOurs : withTheLibrarys;
        return fixedBytes + (double)options.BatchSize * size * size * bytesPerInputPixel;
    }
}

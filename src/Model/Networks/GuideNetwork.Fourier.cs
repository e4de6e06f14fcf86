using ChestXray.Model.Networks.Convolutions;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <content>The four blocks as operations of our own, outside the tensor library's graph.</content>
public sealed unsafe partial class GuideNetwork
{
    private PooledBlocks? _blocks;
    private (Tensor Images, Tensor Features)? _taped;

    /// <summary>Who computes the convolutions.</summary>
    /// <exception cref="ArgumentException">Fourier, where this network or this processor can't.</exception>
    public ConvolutionPath Convolutions
    {
        get;
        init
        {
            if (value == ConvolutionPath.Fourier && !CanTransform)
            {
                throw new ArgumentException(
                    $"Convolutions in the frequency domain are for float32 on a CPU with AVX2; this network is {Type} on {Device}. Use Auto or Library.");
            }

            field = value;
        }
    }

    /// <summary>
    /// Whether the convolutions are ours (but under autocast): the path allows it, and type, device and processor do.
    /// </summary>
    public bool TransformsConvolutions => Convolutions != ConvolutionPath.Library && CanTransform;

    private bool CanTransform => Type == ScalarType.Float32 && Device.type == DeviceType.CPU && PooledConvolutions.AreSupported;

    /// <summary>
    /// The averaged features of a batch, a leaf of the graph; <see cref="BackwardOwn"/> goes on from its gradient.
    /// </summary>
    private Tensor ForwardOwn(Tensor images, bool training)
    {
        // One channel: contiguous and channels_last are the same.
        Tensor pixels = images.detach().contiguous();
        int count = (int)pixels.shape[0];
        Tensor features = empty([count, Features], Type);
        OwnBlocks().Forward(
            At<float>(pixels), count, (int)pixels.shape[2], (int)pixels.shape[3], At<float>(Parameters.Values), At<float>(Statistics), training, At<float>(features));
        _taped = is_grad_enabled() ? (pixels, features.requires_grad_(true)) : null;
        return features;
    }

    /// <summary>Carries the features' gradient back to the blocks' parameters.</summary>
    private void BackwardOwn()
    {
        if (_taped is not (Tensor, Tensor features))
            return;
        _taped = null;
        using Tensor slope = features.grad!.contiguous();
        OwnBlocks().Backward(At<float>(slope), At<float>(Parameters.Values), At<float>(Parameters.Gradients));
    }

    private PooledBlocks OwnBlocks()
    {
        int threads = get_num_threads();
        if (_blocks?.Threads != threads)
        {
            _blocks?.Dispose();
            _blocks = new(_filters, new(Momentum, Epsilon), threads);
        }

        return _blocks;
    }
}

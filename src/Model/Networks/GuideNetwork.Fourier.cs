using ChestXray.Model.Networks.Convolutions;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <content>Convolution, bias, pooling and ReLU as one operation of our own, outside the tensor library's graph.</content>
public sealed unsafe partial class GuideNetwork
{
    private readonly IPooledConvolution?[] _convolutions = new IPooledConvolution?[Blocks];
    private readonly Taped?[] _taped = new Taped?[Blocks];
    private int _convolutionThreads;

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

    /// <summary>Whether the convolutions are ours (but under autocast): the path allows it, and type, device and processor do.</summary>
    public bool TransformsConvolutions => Convolutions != ConvolutionPath.Library && CanTransform;

    private bool CanTransform => Type == ScalarType.Float32 && Device.type == DeviceType.CPU && PooledConvolutions.AreSupported;

    private Tensor ConvolveAndPool(int index, Tensor x)
    {
        Tensor images = x.detach().permute(0, 2, 3, 1).contiguous();
        ReadOnlySpan<long> size = images.shape;
        ConvolutionShape shape = new((int)size[0], (int)size[1], (int)size[2], (int)size[3], _filters[index]);
        Tensor values = empty([shape.Images, shape.PooledHeight, shape.PooledWidth, shape.Outputs], Type);
        Tensor places = empty([shape.Images, shape.PooledHeight, shape.PooledWidth, shape.Outputs], ScalarType.Byte);
        Convolution(index).Forward(
            shape, At<float>(images), Flat(Parameters.Values, index), Flat(Parameters.Values, index) + WeightLength(index), At<float>(values), At<byte>(places));
        Tensor pooled = values.permute(0, 3, 1, 2);
        if (is_grad_enabled())
            _taped[index] = new(x, images, places, pooled.requires_grad_(true), shape);
        return pooled;
    }

    /// <summary>Carries a block's gradient across its convolution; the graph before it goes on from there.</summary>
    private void BackwardConvolution(int index)
    {
        if (_taped[index] is not { } taped)
            return;
        _taped[index] = null;
        using Tensor slope = taped.Pooled.grad!.permute(0, 2, 3, 1).contiguous();
        using Tensor? dx = index == 0 ? null : empty_like(taped.Images);
        Convolution(index).Backward(
            taped.Shape, At<float>(taped.Images), Flat(Parameters.Values, index), At<float>(slope), At<byte>(taped.Places),
            dx is null ? null : At<float>(dx), Flat(Parameters.Gradients, index), Flat(Parameters.Gradients, index) + WeightLength(index));
        if (dx is not null)
            taped.Input.backward([dx.permute(0, 3, 1, 2)]);
    }

    private IPooledConvolution Convolution(int index)
    {
        int threads = get_num_threads();
        if (threads != _convolutionThreads)
        {
            DisposeConvolutions();
            _convolutionThreads = threads;
        }

        return _convolutions[index] ??= PooledConvolutions.Make(index == 0 ? 1 : _filters[index - 1], _filters[index], threads);
    }

    private void DisposeConvolutions()
    {
        for (int i = 0; i < Blocks; i++)
        {
            _convolutions[i]?.Dispose();
            _convolutions[i] = null;
        }
    }

    /// <summary>Where a block's kernel lies in a flat buffer; its bias follows.</summary>
    private float* Flat(Tensor buffer, int index) => At<float>(buffer) + Parameters.Offset(index * TensorsPerBlock);

    private int WeightLength(int index) => checked((int)Parameters.Shapes[index * TensorsPerBlock].Count);

    /// <summary>What a block's backward needs: its input in the graph and as memory, the maxima's places, and the pooled leaf.</summary>
    private sealed record Taped(Tensor Input, Tensor Images, Tensor Places, Tensor Pooled, ConvolutionShape Shape);
}

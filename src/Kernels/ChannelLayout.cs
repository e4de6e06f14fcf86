namespace ChestXray.Kernels;

/// <summary>The order in which a sample's values lie in memory. With one channel both are the same.</summary>
public enum ChannelLayout
{
    /// <summary>Channel after channel, each row after row: what PyTorch calls contiguous.</summary>
    Nchw,

    /// <summary>Pixel after pixel, its channels together: TensorFlow's order, PyTorch's channels_last.</summary>
    Nhwc,
}

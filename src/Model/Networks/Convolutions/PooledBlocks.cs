namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// The guide's blocks [convolution, max pool, ReLU, batch norm] on the CPU in float32, from images to the averages of the last
/// block. Batch norm costs no pass of its own: its sums are taken while the values lie in the cache, it is applied where the
/// next convolution reads them, and its gradient where the convolution before reads that. Owns its memory, which stays for the
/// next call. Not thread-safe.
/// </summary>
internal sealed unsafe class PooledBlocks : IDisposable
{
    private readonly PooledBlock[] _blocks;
    private readonly NormSettings _norm;
    private ConvolutionInput _images;
    private bool _isTraining;

    /// <param name="filters">Channels of each block's output.</param>
    /// <param name="norm">Batch norm's settings.</param>
    /// <param name="threads">Threads, from 1.</param>
    public PooledBlocks(IReadOnlyList<int> filters, NormSettings norm, int threads)
    {
        (_norm, Threads) = (norm, threads);
        _blocks = [.. filters.Select((outputs, i) => new PooledBlock(i == 0 ? 1 : filters[i - 1], outputs, threads))];
    }

    public int Threads { get; }

    /// <summary>The averages over each image's last block.</summary>
    /// <param name="images">N x H x W; must stay until <see cref="Backward"/> has been called.</param>
    /// <param name="count">N.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="values">The blocks' parameters, one behind the other as <see cref="BlockValues"/> says.</param>
    /// <param name="running">Running means and variances of block 1, of block 2, ...</param>
    /// <param name="isTraining">Batch statistics, and the running ones move; else the running ones.</param>
    /// <param name="features">N x the last block's channels, written.</param>
    public void Forward(float* images, int count, int height, int width, float* values, float* running, bool isTraining,
        float* features)
    {
        _isTraining = isTraining;
        _images = new(images);
        ConvolutionInput x = _images;
        foreach (PooledBlock block in _blocks)
        {
            BlockValues mine = new(values, block.Inputs, block.Outputs);
            block.Forward(new(count, height, width, block.Inputs, block.Outputs), x, mine, running, _norm, isTraining);
            x = block.Output;
            (height, width) = (block.Shape.PooledHeight, block.Shape.PooledWidth);
            values += BlockValues.Count(block.Inputs, block.Outputs);
            running += 2 * block.Outputs;
        }

        _blocks[^1].Average(features);
    }

    /// <summary>Adds to the parameters' gradients what the last forward call's averages ask for.</summary>
    /// <param name="slope">The averages' gradient.</param>
    /// <param name="values">The parameters of the forward call.</param>
    /// <param name="gradients">Their gradients, laid out alike, added to.</param>
    public void Backward(float* slope, float* values, float* gradients)
    {
        _blocks[^1].AverageBackward(slope);
        for (int i = _blocks.Length - 1; i >= 0; i--)
        {
            PooledBlock block = _blocks[i];
            PooledBlock? before = i == 0 ? null : _blocks[i - 1];
            nint offset = Offset(i);
            BlockValues mine = new(values + offset, block.Inputs, block.Outputs),
                slopes = new(gradients + offset, block.Inputs, block.Outputs);
            block.Backward(before is null
                ? _images : before.Output, mine, block.NormBackward(slopes, _isTraining), slopes, before);
        }
    }

    public void Dispose()
    {
        foreach (PooledBlock block in _blocks)
            block.Dispose();
    }

    private nint Offset(int index)
    {
        nint offset = 0;
        foreach (PooledBlock block in _blocks.AsSpan(0, index))
            offset += BlockValues.Count(block.Inputs, block.Outputs);
        return offset;
    }
}

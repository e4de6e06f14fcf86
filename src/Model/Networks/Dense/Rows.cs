namespace ChestXray.Model.Networks.Dense;

/// <summary>Pixels of channels_last memory as rows, or a part of each row: somebody else's memory.</summary>
/// <param name="at">The first value.</param>
/// <param name="count">Rows.</param>
/// <param name="channels">Values of a row that are meant.</param>
/// <param name="stride">Values from a row to the next.</param>
internal readonly unsafe struct Rows(float* at, int count, int channels, long stride)
{
    public float* At => at;

    public int Count => count;

    public int Channels => channels;

    public long Stride => stride;

    /// <summary>Some of the channels of the same rows.</summary>
    public Rows Part(int first, int length) => new(at + first, count, length, stride);
}

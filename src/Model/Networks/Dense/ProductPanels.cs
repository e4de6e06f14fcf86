using ChestXray.Model.Networks.Convolutions;

namespace ChestXray.Model.Networks.Dense;

/// <summary>
/// A convolution's weights as <see cref="ProductTile{T}"/> reads them: panels of depth x columns, zeros behind the last output.
/// Owns its memory; one call at a time.
/// </summary>
/// <param name="threads">Threads that lay them out, from 1.</param>
internal sealed unsafe class ProductPanels<T>(int threads) : IDisposable where T : struct, ILanes<T>
{
    private const int Block = 16;
    private NativeFloats _values = new(0);

    /// <summary>The first panel; moves where <see cref="Take"/> needs more room.</summary>
    public float* At => _values.At;

    private static int Columns => ProductTile<T>.Columns;

    /// <summary>Lays weights out, over those that were there.</summary>
    /// <param name="weights">Outputs x depth.</param>
    /// <param name="outputs">From 1.</param>
    /// <param name="depth">From 1.</param>
    public void Take(float* weights, int outputs, int depth)
    {
        int panels = (outputs + Columns - 1) / Columns;
        nint length = (nint)panels * depth * Columns;
        if (_values.Length < length)
        {
            _values.Dispose();
            _values = new(length);
        }

        float* target = _values.At;
        Threads.Run(threads, part =>
        {
            (int first, int last) = Threads.Share((depth + Block - 1) / Block, part, threads);
            float* lines = stackalloc float[Block * Columns];
            for (int block = first; block < last; block++)
            {
                int begin = block * Block, count = Math.Min(Block, depth - begin);
                for (int panel = 0; panel < panels; panel++)
                    TakeBlock(weights, outputs, depth, panel, begin, count, lines, target);
            }
        });
    }

    public void Dispose() => _values.Dispose();

    private static void TakeBlock(
        float* weights, int outputs, int depth, int panel, int begin, int count, float* lines, float* target)
    {
        // Rows of weights may all fall on the same lines of the cache: each is read once.
        int columns = Math.Min(Columns, outputs - (panel * Columns));
        for (int c = 0; c < columns; c++)
        {
            float* from = weights + ((((nint)panel * Columns) + c) * depth) + begin;
            new ReadOnlySpan<float>(from, count).CopyTo(new(lines + (c * Block), count));
        }

        float* to = target + ((((nint)panel * depth) + begin) * Columns);
        for (int k = 0; k < count; k++, to += Columns)
        {
            for (int c = 0; c < columns; c++)
                to[c] = lines[(c * Block) + k];
            new Span<float>(to + columns, Columns - columns).Clear();
        }
    }
}

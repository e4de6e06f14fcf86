namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// The grey rows of an image that are in memory: all of them, or the latest band and as many before it as its reader still wants.
/// </summary>
internal sealed class GreyWindow
{
    private PinnedBuffer _memory = new();
    private int _capacity;
    private int _keep;
    private int _filled;
    private int _band;

    /// <summary>Pixels per row.</summary>
    public int Width { get; private set; }

    /// <summary>The first row that is here.</summary>
    public int First { get; private set; }

    /// <summary>One more than the last row that is here.</summary>
    public int End => First + _filled;

    /// <summary>The rows that are here.</summary>
    public Span<byte> Rows => _memory.Held(_filled * Width);

    /// <summary>The row before the latest band; empty at the image's top.</summary>
    public ReadOnlySpan<byte> Above => _filled == _band ? default : _memory.Held((_filled - _band) * Width)[^Width..];

    /// <summary>Starts an image.</summary>
    /// <param name="memory">Room for <paramref name="capacity"/> rows, reserved.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="capacity">The most rows that are here at once: <paramref name="keep"/> and a band at least.</param>
    /// <param name="keep">Rows before a band that stay.</param>
    public void Begin(PinnedBuffer memory, int width, int capacity, int keep)
    {
        (_memory, Width, _capacity, _keep) = (memory, width, capacity, keep);
        (First, _filled, _band) = (0, 0, 0);
    }

    /// <summary>Makes room for a band behind the others; where there is none, old rows go.</summary>
    /// <returns>The band, to be filled.</returns>
    public Span<byte> Add(int rows)
    {
        if (_filled + rows > _capacity)
        {
            int kept = Math.Min(_keep, _filled);
            Rows[^(kept * Width)..].CopyTo(_memory.Held(kept * Width));
            (First, _filled) = (First + _filled - kept, kept);
        }

        (_filled, _band) = (_filled + rows, rows);
        return Rows[^(rows * Width)..];
    }
}

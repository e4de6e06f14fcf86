using System.Diagnostics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Resizes an image while it is being decoded: after each band, the output rows whose input has come.</summary>
internal sealed unsafe class ResizePass(BilinearResize resize)
{
    private byte* _destination;
    private int _height;
    private int _outWidth;
    private int _outHeight;
    private int _next;
    private bool _wide;
    private RowRounding _rounding;

    /// <summary>What resizes.</summary>
    public BilinearResize Resize => resize;

    /// <summary>Time spent resizing so far, in ticks of the stopwatch.</summary>
    public long Ticks { get; private set; }

    /// <summary>How many rows before a band its output may need.</summary>
    public int Keep { get; private set; }

    /// <summary>Sums over the output.</summary>
    public ResizeStatistics Statistics => _rounding.Total((long)_outWidth * _outHeight);

    /// <summary>Sets the output of the next image.</summary>
    /// <param name="destination">Gets the rows; pinned until the image is done.</param>
    /// <param name="outWidth">Pixels per output row.</param>
    /// <param name="outHeight">Output rows.</param>
    /// <param name="wide">Whether values of 16 bits are wanted.</param>
    public void Aim(void* destination, int outWidth, int outHeight, bool wide)
    {
        _destination = (byte*)destination;
        (_outWidth, _outHeight, _wide) = (outWidth, outHeight, wide);
    }

    /// <summary>Starts an image.</summary>
    public void Begin(int height)
    {
        _height = height;
        _next = 0;
        _rounding = new(resize.IsScalar);
        Keep = resize.RowsTogether(height, _outHeight);
    }

    /// <summary>Whether an input row is looked at at all.</summary>
    public bool Needs(int row) => resize.Needs(row, _height, _outHeight);

    /// <summary>Makes the output rows whose input has come.</summary>
    public void Take(GreyWindow window) => Take(window.Rows, window.First, window.End, window.Width);

    /// <summary>Makes all output rows of an image that is there as a whole.</summary>
    public void TakeWhole(in GreyImage image)
    {
        Begin(image.Height);
        Take(image.Pixels, 0, image.Height, image.Width);
    }

    private void Take(ReadOnlySpan<byte> rows, int first, int end, int width)
    {
        long start = Stopwatch.GetTimestamp();
        int itemBytes = _wide ? sizeof(ushort) : sizeof(byte);
        for (; _next < _outHeight && resize.LastRow(_next, _height, _outHeight) < end; _next++)
        {
            byte* row = _destination + ((long)_next * _outWidth * itemBytes);
            ReadOnlySpan<float> levels = resize.Levels(rows, first, width, _height, _next, _outWidth, _outHeight);
            _rounding.Add(levels);
            if (_wide)
                RowRounding.ToUInt16(levels, new(row, _outWidth), resize.IsScalar);
            else
                RowRounding.ToBytes(levels, new(row, _outWidth), resize.IsScalar);
        }

        Ticks += Stopwatch.GetTimestamp() - start;
    }
}

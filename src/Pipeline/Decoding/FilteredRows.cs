using System.Diagnostics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// The filtered rows of one PNG in the order of the file, as many at a time as are asked for: inflated just then where the
/// library can stop and go on, so that they are still in the cache; otherwise all at once.
/// </summary>
internal sealed unsafe class FilteredRows(bool trust)
{
    private readonly PinnedBuffer _band = new();
    private IInflater? _inflater;
    private PinnedBuffer? _whole;
    private long _left;
    private long _total;
    private int _position;
    private int _deflateBytes;
    private uint _stored;
    private uint _adler;

    /// <summary>Time spent inflating so far, in ticks of the stopwatch.</summary>
    public long InflateTicks { get; private set; }

    /// <summary>Starts an image.</summary>
    /// <param name="inflater">What inflates it.</param>
    /// <param name="zlib">Its compressed data, checked for plausible size, and pinned until <see cref="End"/>.</param>
    /// <param name="bytes">Bytes of all its filtered rows.</param>
    /// <param name="whole">Where all of them go at once, one byte of room behind them; null for bands.</param>
    /// <param name="start">Where in <paramref name="whole"/>.</param>
    public void Begin(IInflater inflater, ReadOnlySpan<byte> zlib, int bytes, PinnedBuffer? whole, int start)
    {
        ReadOnlySpan<byte> deflate = Open(inflater, zlib, bytes, whole, start);
        long begin = Stopwatch.GetTimestamp();
        if (whole is null)
        {
            fixed (byte* data = deflate)
                inflater.Begin(data, deflate.Length);
        }
        else
        {
            ZlibData.Inflate(deflate, whole.Held(start + bytes + 1)[start..], bytes, inflater);
        }

        InflateTicks += Stopwatch.GetTimestamp() - begin;
    }

    /// <summary>Starts an image whose data are inflated beside another's; <see cref="Complete"/> has to follow.</summary>
    /// <param name="inflater">What inflates it.</param>
    /// <param name="zlib">Its compressed data, as for <see cref="Begin"/>, in memory that does not move.</param>
    /// <param name="bytes">Bytes of all its filtered rows.</param>
    /// <param name="whole">Where they go, one byte of room behind them.</param>
    /// <param name="start">Where in <paramref name="whole"/>.</param>
    public void BeginAhead(ManagedInflater inflater, ReadOnlySpan<byte> zlib, int bytes, PinnedBuffer whole, int start)
    {
        ReadOnlySpan<byte> deflate = Open(inflater, zlib, bytes, whole, start);
        fixed (byte* data = deflate, output = whole.Held(start + bytes + 1)[start..])
            inflater.Begin(data, deflate.Length, output, bytes + 1);
    }

    /// <summary>Inflates what is left of an image that was begun ahead.</summary>
    public void Complete(ManagedInflater inflater)
    {
        long begin = Stopwatch.GetTimestamp();
        InflateStatus status = inflater.Finish(out int written);
        InflateTicks += Stopwatch.GetTimestamp() - begin;
        ZlibData.CheckEnd(status, _deflateBytes - inflater.Consumed, written, _total);
    }

    /// <summary>The next rows, their filters checked; valid until the next call.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="rowBytes">Bytes of each without the filter byte.</param>
    public ReadOnlySpan<byte> Next(int rows, int rowBytes)
    {
        ReadOnlySpan<byte> filtered = Take(checked(rows * (rowBytes + 1)));
        if (!trust)
            _adler = Adler32.Append(filtered, _adler);
        for (int y = 0; y < rows; y++)
        {
            int filter = filtered[y * (rowBytes + 1)];
            if (filter <= 4)
                continue;

            // Data that are damaged are called so, not misread.
            while (_left > 0)
                Skip(1 << 16);
            End();
            throw new ImageFormatException(DecodeReasons.BadFilter, $"A row has filter {filter}; PNG has 0 to 4.");
        }

        return filtered;
    }

    /// <summary>Refuses an image whose data go on behind its rows, or do not have their checksum.</summary>
    public void End()
    {
        if (_whole is null)
        {
            byte more = 0;
            InflateStatus status = _inflater!.Next(new Span<byte>(ref more), out int written);
            ZlibData.CheckEnd(status, _deflateBytes - _inflater!.Consumed, _total + written, _total);
        }

        if (!trust)
            ZlibData.CheckAdler(_stored, _adler);
    }

    private ReadOnlySpan<byte> Open(IInflater inflater, ReadOnlySpan<byte> zlib, int bytes, PinnedBuffer? whole, int start)
    {
        ZlibData.CheckHeader(zlib);
        _inflater = inflater;
        (_whole, _position, _left, _total, _adler) = (whole, start, bytes, bytes, Adler32.Empty);
        _stored = ZlibData.StoredAdler(zlib);
        ReadOnlySpan<byte> deflate = ZlibData.Deflate(zlib);
        _deflateBytes = deflate.Length;
        return deflate;
    }

    private void Skip(int bytes)
    {
        ReadOnlySpan<byte> skipped = Take((int)Math.Min(bytes, _left));
        if (!trust)
            _adler = Adler32.Append(skipped, _adler);
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        long left = _left;
        _left -= bytes;
        if (_whole is not null)
        {
            _position += bytes;
            return _whole.Held(_position)[^bytes..];
        }

        Span<byte> band = _band.Reserve(bytes);
        long begin = Stopwatch.GetTimestamp();
        InflateStatus status = _inflater!.Next(band, out int written);
        InflateTicks += Stopwatch.GetTimestamp() - begin;
        if (written < bytes)
            ZlibData.CheckEnd(status, _deflateBytes - _inflater!.Consumed, _total - left + written, _total);
        return band;
    }
}

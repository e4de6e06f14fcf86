using System.IO.Compression;

namespace ChestXray.Pipeline.Decoding;

/// <summary>zlib-ng inside the .NET runtime, through its public stream.</summary>
internal sealed unsafe class RuntimeStreamInflater : IInflater
{
    private readonly Source _source = new();
    private DeflateStream? _stream;

    public InflateLibrary Library => InflateLibrary.RuntimeStream;

    public bool CanPause => true;

    public int Consumed => _source.Given;

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* input = deflate)
        {
            Begin(input, deflate.Length);
            InflateStatus status = Next(output, out written);
            byte more = 0;
            if (status == InflateStatus.OutputFull)
                status = Next(new Span<byte>(ref more), out _);
            consumed = Consumed;
            return status;
        }
    }

    public void Begin(byte* deflate, int length)
    {
        _stream?.Dispose();
        _source.Begin(deflate, length);
        _stream = new(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    public InflateStatus Next(Span<byte> output, out int written)
    {
        written = 0;
        try
        {
            while (written < output.Length)
            {
                int read = _stream!.Read(output[written..]);
                if (read == 0)
                    return _source.WasDrained ? InflateStatus.BadData : InflateStatus.Done;
                written += read;
            }

            return InflateStatus.OutputFull;
        }
        catch (InvalidDataException)
        {
            return InflateStatus.BadData;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _source.Dispose();
    }

    /// <summary>The compressed data, its last byte on its own.</summary>
    /// <remarks>
    /// The runtime's stream neither tells where the data ended nor complains when it is cut off. But it asks for more only
    /// while it is not finished: so whether the last byte was asked for, and whether something behind it was, tells both.
    /// </remarks>
    private sealed class Source : Stream
    {
        private byte* _data;
        private int _length;

        /// <summary>Whether bytes behind the end were asked for: the data is cut off.</summary>
        public bool WasDrained { get; private set; }

        /// <summary>How many bytes were given; all of them only if the last one was needed.</summary>
        public int Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Begin(byte* data, int length)
        {
            _data = data;
            _length = length;
            Given = 0;
            WasDrained = false;
        }

        public override int Read(Span<byte> buffer)
        {
            int left = _length - Given;
            int count = Math.Min(buffer.Length, left > 1 ? left - 1 : left);
            WasDrained |= left == 0;
            new ReadOnlySpan<byte>(_data + Given, count).CopyTo(buffer);
            Given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

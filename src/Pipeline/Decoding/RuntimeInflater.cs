using System.IO.Compression;

namespace ChestXray.Pipeline.Decoding;

/// <summary>zlib-ng inside the .NET runtime, through its public stream.</summary>
internal sealed unsafe class RuntimeInflater : IInflater
{
    private readonly Source _source = new();

    public InflateLibrary Library => InflateLibrary.Runtime;

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        written = 0;
        fixed (byte* input = deflate)
        {
            _source.Begin(input, deflate.Length);
            using DeflateStream stream = new(_source, CompressionMode.Decompress, leaveOpen: true);
            InflateStatus status = Read(stream, output, ref written);
            consumed = _source.Given;
            return _source.WasDrained ? InflateStatus.BadData : status;
        }
    }

    public void Dispose() => _source.Dispose();

    private static InflateStatus Read(DeflateStream stream, Span<byte> output, ref int written)
    {
        try
        {
            while (written < output.Length)
            {
                int read = stream.Read(output[written..]);
                if (read == 0)
                    return InflateStatus.Done;
                written += read;
            }

            byte more = 0;
            return stream.Read(new Span<byte>(ref more)) == 0 ? InflateStatus.Done : InflateStatus.OutputFull;
        }
        catch (InvalidDataException)
        {
            return InflateStatus.BadData;
        }
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

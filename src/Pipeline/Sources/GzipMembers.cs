using System.IO.Compression;

namespace ChestXray.Pipeline.Sources;

/// <summary>Unpacks a gzip file of any number of members, as packers that work in parallel and `cat` make them (RFC 1952, section 2.2).</summary>
/// <remarks>
/// The runtime's stream goes on to a member that begins within the bytes that it has at hand, but takes one that ends with them for the
/// last. The file then stands where the next begins.
/// </remarks>
internal sealed class GzipMembers(FileStream file) : Stream
{
    private GZipStream _member = new(file, CompressionMode.Decompress, leaveOpen: true);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int read = _member.Read(buffer);
        while (read == 0 && !buffer.IsEmpty && HasAnother())
        {
            _member.Dispose();
            _member = new(file, CompressionMode.Decompress, leaveOpen: true);
            read = _member.Read(buffer);
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _member.Dispose();
        base.Dispose(disposing);
    }

    private bool HasAnother()
    {
        long position = file.Position;
        bool has = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = position;
        return has;
    }
}

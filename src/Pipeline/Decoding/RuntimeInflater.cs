using System.IO.Compression;

namespace ChestXray.Pipeline.Decoding;

/// <summary>zlib-ng inside the .NET runtime, through its public stream.</summary>
internal sealed unsafe class RuntimeInflater : IInflater
{
    public InflateLibrary Library => InflateLibrary.Runtime;

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        consumed = -1;
        written = 0;
        fixed (byte* input = deflate)
        {
            using UnmanagedMemoryStream memory = new(input, deflate.Length);
            using DeflateStream stream = new(memory, CompressionMode.Decompress);
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
    }

    public void Dispose()
    {
    }
}

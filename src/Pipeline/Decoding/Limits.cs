namespace ChestXray.Pipeline.Decoding;

/// <summary>The limits that both formats share.</summary>
internal static class Limits
{
    public static void CheckSides(long width, long height, DecoderOptions options)
    {
        if (width > options.MaxSide || height > options.MaxSide)
        {
            throw new ImageFormatException(
                DecodeReasons.TooLarge,
                $"The image is {width} x {height} pixels; sides up to {options.MaxSide} are allowed ({nameof(options.MaxSide)}).");
        }

        if (width * height > options.MaxPixels)
        {
            throw new ImageFormatException(
                DecodeReasons.TooLarge,
                $"The image is {width} x {height} = {width * height} pixels; {options.MaxPixels} are allowed ({nameof(options.MaxPixels)}).");
        }
    }

    public static void CheckFile(long bytes, DecoderOptions options)
    {
        if (bytes == 0)
            throw new ImageFormatException(DecodeReasons.EmptyFile, "The file has no bytes. Fetch it again.");
        if (bytes > options.MaxFileBytes)
        {
            throw new ImageFormatException(
                DecodeReasons.FileTooLarge,
                $"The file has {bytes} bytes; {options.MaxFileBytes} are allowed ({nameof(options.MaxFileBytes)}).");
        }
    }

    public static void CheckChunks(int count, DecoderOptions options)
    {
        if (count > options.MaxChunks)
        {
            throw new ImageFormatException(
                DecodeReasons.TooManyChunks,
                $"The file has more than {options.MaxChunks} chunks, which is the limit ({nameof(options.MaxChunks)}).");
        }
    }
}

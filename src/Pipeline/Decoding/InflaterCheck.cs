namespace ChestXray.Pipeline.Decoding;

/// <summary>A native library is taken only after it has inflated something as this code expects.</summary>
internal static class InflaterCheck
{
    // A fixed-code block: "ChestXrayChestXray", with the second half as a match.
    private static ReadOnlySpan<byte> Stream => [0x73, 0xCE, 0x48, 0x2D, 0x2E, 0x89, 0x28, 0x4A, 0xAC, 0x74, 0x86, 0x31, 0x00];

    public static bool Works(IInflater inflater)
    {
        ReadOnlySpan<byte> expected = "ChestXrayChestXray"u8;
        Span<byte> output = stackalloc byte[expected.Length + 1];
        Span<byte> input = stackalloc byte[Stream.Length + 1];
        Stream.CopyTo(input);
        return inflater.Inflate(input, output, out int consumed, out int written) == InflateStatus.Done
            && consumed == Stream.Length && output[..written].SequenceEqual(expected)
            && inflater.Inflate(Stream, output[..4], out _, out _) == InflateStatus.OutputFull
            && inflater.Inflate(Stream[..6], output, out _, out _) == InflateStatus.BadData;
    }

    /// <summary>
    /// The same in parts: output that fills up goes on, the end is known for one, and so is a stream that is cut off.
    /// </summary>
    public static unsafe bool WorksInParts(IInflater inflater)
    {
        Span<byte> output = stackalloc byte[32], input = stackalloc byte[Stream.Length + IInflater.ReadBehind];
        Stream.CopyTo(input);
        fixed (byte* data = input)
        {
            inflater.Begin(data, Stream.Length);
            if (inflater.Next(output[..5], out int first) != InflateStatus.OutputFull
                || inflater.Next(output[5..18], out int second) != InflateStatus.OutputFull
                || inflater.Next(output[18..], out int third) != InflateStatus.Done || (first, second, third) != (5, 13, 0)
                || inflater.Consumed != Stream.Length || !output[..18].SequenceEqual("ChestXrayChestXray"u8))
            {
                return false;
            }

            inflater.Begin(data, 2);
            return inflater.Next(output, out _) == InflateStatus.BadData || inflater.Consumed > 2;
        }
    }
}

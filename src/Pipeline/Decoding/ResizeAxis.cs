namespace ChestXray.Pipeline.Decoding;

/// <summary>Where each output column (or row) lies between two input ones, in TensorFlow's float32 arithmetic.</summary>
internal sealed class ResizeAxis
{
    private const int PickedBytes = 128;
    private const int Group = 16;

    private byte[]? _picks;

    public ResizeAxis(int input, int output)
    {
        Input = input;
        Low = new int[output];
        High = new int[output];
        Weight = new float[output];
        IsTouched = new bool[input];
        float scale = input / (float)output;
        for (int i = 0; i < output; i++)
        {
            float scaled = (i + 0.5f) * scale;
            float position = scaled - 0.5f;
            float floor = MathF.Floor(position);
            High[i] = Math.Min((int)MathF.Ceiling(position), input - 1);
            Low[i] = Math.Min(Math.Max((int)floor, 0), High[i]);

            // Without a weight what lies behind does not count, whatever it is: vectors read it and do not look where it is.
            Weight[i] = High[i] == Low[i] ? 0 : position - floor;
            IsTouched[Low[i]] = IsTouched[High[i]] = true;
        }
    }

    /// <summary>
    /// For 16 outputs at a time, where among the 128 bytes from their first input on each finds its two: byte 4i its lower one,
    /// 4i + 1 the next, the others nothing of use. Only for outputs that lie so close.
    /// </summary>
    public byte[] Picks => _picks ??= MakePicks();

    /// <summary>Input pixels.</summary>
    public int Input { get; }

    /// <summary>Output pixels.</summary>
    public int Output => Low.Length;

    /// <summary>The input index at or before each output.</summary>
    public int[] Low { get; }

    /// <summary>The input index at or behind each output.</summary>
    public int[] High { get; }

    /// <summary>Whether any output is made of an input.</summary>
    public bool[] IsTouched { get; }

    /// <summary>The share of <see cref="High"/>, 0 to below 1; 0 where both are the same.</summary>
    public float[] Weight { get; }

    private byte[] MakePicks()
    {
        byte[] picks = new byte[Output / Group * Group * 4];
        for (int i = 0; i < picks.Length / 4; i++)
        {
            int offset = Low[i] - Low[i / Group * Group];
            if (offset + 1 >= PickedBytes)
                return picks[..(i / Group * Group * 4)];
            picks[4 * i] = (byte)offset;
            picks[(4 * i) + 1] = (byte)(offset + 1);
        }

        return picks;
    }
}

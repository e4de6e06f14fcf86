namespace ChestXray.Kernels;

/// <summary>The upper half of a float32: its 8 exponent bits and 7 of its mantissa. Only stored and converted here.</summary>
/// <param name="Bits">Sign, exponent and mantissa.</param>
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>The nearest one; of two equally near the one whose last bit is 0. NaN stays NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return new((ushort)(float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>The same number; exact.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);
}

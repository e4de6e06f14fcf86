using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// Takes the first byte of every pixel out of a row that is still filtered: PNG's filters work on each byte of a pixel apart,
/// so that only what becomes grey has to be unfiltered.
/// </summary>
/// <remarks>
/// That is all of it for grey with alpha and for 16 bits, of which the high byte is kept. Colour is its own grey where red,
/// green and blue are equal, with and without a gamma, as in radiographs that were stored as RGBA; filtered bytes are equal
/// exactly where plain ones are, as long as all rows above were so.
/// </remarks>
internal static class FirstBytes
{
    /// <summary>Bytes from one pixel's first to the next; 0 where a first byte alone makes no grey.</summary>
    /// <param name="header">The image's format.</param>
    public static int Step(PngHeader header) => (header.ColorType, header.BitDepth) switch
    {
        (0, 8) => 1,
        (4, 8) or (0, 16) => 2,
        (4, 16) => 4,
        (6, 8) => 4,
        _ => 0,
    };

    /// <summary>Takes them.</summary>
    /// <param name="row">A filtered row without its filter byte.</param>
    /// <param name="first">One byte per pixel.</param>
    /// <param name="step">Bytes per pixel: 2 or 4.</param>
    /// <param name="mustBeEqual">Whether the first three bytes of every pixel have to be equal.</param>
    /// <param name="scalar">Whether vectors may not be used.</param>
    /// <returns>False where they are not; <paramref name="first"/> is then of no use.</returns>
    public static bool Take(ReadOnlySpan<byte> row, Span<byte> first, int step, bool mustBeEqual, bool scalar = false)
    {
        int x = 0;
        bool equal = true;
        if (!scalar && Vector256.IsHardwareAccelerated)
            x = step == 2 ? TakeOfTwo(row, first) : TakeOfFour(row, first, out equal);
        for (int i = x * step; x < first.Length; x++, i += step)
        {
            first[x] = row[i];
            equal &= step == 2 || (row[i] == row[i + 1] && row[i] == row[i + 2]);
        }

        return equal || !mustBeEqual;
    }

    private static int TakeOfTwo(ReadOnlySpan<byte> row, Span<byte> first)
    {
        int x = 0;
        ref ushort pixels = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(row));
        Vector256<ushort> low = Vector256.Create((ushort)255);
        for (; x + 32 <= first.Length; x += 32)
        {
            Vector256<ushort> a = Vector256.LoadUnsafe(ref pixels, (nuint)x), b = Vector256.LoadUnsafe(ref pixels, (nuint)x + 16);
            Vector256.Narrow(a & low, b & low).StoreUnsafe(ref MemoryMarshal.GetReference(first), (nuint)x);
        }

        return x;
    }

    private static int TakeOfFour(ReadOnlySpan<byte> row, Span<byte> first, out bool equal)
    {
        int x = 0;
        ref uint pixels = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(row));
        Vector256<uint> low = Vector256.Create(255u), different = default;
        for (; x + 32 <= first.Length; x += 32)
        {
            Vector256<uint> a = Vector256.LoadUnsafe(ref pixels, (nuint)x), b = Vector256.LoadUnsafe(ref pixels, (nuint)x + 8);
            Vector256<uint> c = Vector256.LoadUnsafe(ref pixels, (nuint)x + 16),
                d = Vector256.LoadUnsafe(ref pixels, (nuint)x + 24);

            // The low half of each: red against green, green against blue.
            different |= (a ^ (a >>> 8)) | (b ^ (b >>> 8)) | (c ^ (c >>> 8)) | (d ^ (d >>> 8));
            Vector256.Narrow(Vector256.Narrow(a & low, b & low), Vector256.Narrow(c & low, d & low))
                .StoreUnsafe(ref MemoryMarshal.GetReference(first), (nuint)x);
        }

        equal = (different & Vector256.Create(0xFFFFu)) == Vector256<uint>.Zero;
        return x;
    }
}

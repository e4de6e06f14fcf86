using System.Runtime.InteropServices;
using ChestXray.Model.Networks.Convolutions;

namespace ChestXray.Model.Networks.Dense;

/// <summary>
/// One thread's memory for <see cref="DenseInference{T}"/>: a row of pixels, the rectified maps of three rows, a tile's sums.
/// Owns it; not thread-safe.
/// </summary>
internal sealed unsafe class DenseScratch<T> : IDisposable where T : struct, ILanes<T>
{
    private const int Taps = DenseInference<T>.Taps;
    private readonly long[] _rows = new long[Taps];
    private readonly NativeFloats _sums = new(ProductTile<T>.MostRows * ProductTile<T>.Columns);
    private NativeFloats _read = new(0), _narrow = new(0);
    private nint _length;

    /// <summary>A row of pixels to multiply; moves with <see cref="Begin"/>.</summary>
    public float* Read => _read.At;

    /// <summary>A tile's sums.</summary>
    public float* Sums => _sums.At;

    /// <summary>A row of zeros; moves with <see cref="Begin"/>.</summary>
    public float* Nothing => _narrow.At + (Taps * _length);

    /// <summary>Makes room for a layer; no row is there then.</summary>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="inputs">Values of a pixel that are read.</param>
    /// <param name="bottleneck">Narrow maps, or 0.</param>
    public void Begin(int width, int inputs, int bottleneck)
    {
        // A tile that is wider than the row reads behind it.
        Reserve(ref _read, (nint)(width + ProductTile<T>.MostRows) * inputs);
        _length = (nint)(width + 2 + ProductTile<T>.MostRows) * bottleneck;
        Reserve(ref _narrow, (Taps + 1) * _length);
        NativeMemory.Clear(_narrow.At, (nuint)((Taps + 1) * _length * sizeof(float)));
        Array.Fill(_rows, -1);
    }

    /// <summary>Where a row's narrow maps lie; the caller fills it where they are not there.</summary>
    public float* Place(long row, out bool isThere)
    {
        int slot = (int)(row % Taps);
        isThere = _rows[slot] == row;
        _rows[slot] = row;
        return _narrow.At + (slot * _length);
    }

    public void Dispose()
    {
        _sums.Dispose();
        _read.Dispose();
        _narrow.Dispose();
    }

    private static void Reserve(ref NativeFloats memory, nint length)
    {
        if ((nint)memory.Length >= length)
            return;
        memory.Dispose();
        memory = new(length);
    }
}

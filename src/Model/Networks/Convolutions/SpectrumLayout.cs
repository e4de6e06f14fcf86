namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Where the spectra of many rows (tiles, or kernels of one channel) x channels lie: for each frequency a matrix, cut into
/// panels of channels; a panel's row is its real parts, then its imaginary parts. Counted in floats.
/// </summary>
/// <param name="Frequencies">
/// Of a square tile, as its being real leaves: its columns whole, but the first and the middle one to their middle.
/// </param>
/// <param name="Rows">Rows of each matrix.</param>
/// <param name="Channels">A multiple of the lanes.</param>
/// <param name="Panel">Channels of a panel: 1 or 2 vectors, and a multiple of 4, since products take four rows at a time.</param>
internal readonly record struct SpectrumLayout(int Frequencies, int Rows, int Channels, int Panel)
{
    public int Panels => Channels / Panel;

    public nint RowStride => 2 * Panel;

    public nint PanelStride => Rows * RowStride;

    /// <summary>
    /// A cache line more than the matrix, so that one row's frequencies do not all meet in one set of the cache.
    /// </summary>
    public nint FrequencyStride => Panels * PanelStride + 16;

    public nint Length => Frequencies * FrequencyStride;

    /// <summary>
    /// Where the real parts of a row's channels begin; the imaginary ones follow <see cref="Panel"/> floats later.
    /// </summary>
    public nint Offset(int row, int channel) => channel / Panel * PanelStride + row * RowStride + channel % Panel;

    /// <param name="side">Pixels of a tile's side.</param>
    /// <param name="rows">Rows of each matrix.</param>
    /// <param name="channels">A multiple of the lanes.</param>
    /// <param name="lanes">Channels of a vector.</param>
    public static SpectrumLayout For(int side, int rows, int channels, int lanes) =>
        new(side * side / 2 + 2, rows, channels, channels % (2 * lanes) == 0 ? 2 * lanes : lanes);
}

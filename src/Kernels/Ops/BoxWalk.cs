using System.Diagnostics.CodeAnalysis;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Turns output positions into places in a box in 32-bit fixed point: exact starts, and offsets rounded once each.
/// </summary>
/// <remarks>
/// Adding one rounded step per column instead would drift by 256 half units over a run: 0.015 grey levels at 21 bits.
/// </remarks>
internal unsafe struct BoxWalk
{
    private const int MostLanes = 16, Shift = 32 - BoxPlan.Bits;

    private fixed int _x[MostLanes + 1];
    private fixed int _y[MostLanes + 1];
    private readonly FixedMatrix _m;

    /// <summary>The column carries the half that rounds its 15-bit weight.</summary>
    public BoxWalk(in BoxPlan plan, in FixedMatrix m)
    {
        _m = m with { C = m.C - ((long)plan.Left << 32) + (1L << 16), F = m.F - ((long)plan.Top << 32) };
        const long Half = 1L << (Shift - 1);
        for (int lane = 0; lane <= MostLanes; lane++)
        {
            _x[lane] = (int)(((lane * m.A) + Half) >> Shift);
            _y[lane] = (int)(((lane * m.D) + Half) >> Shift);
        }
    }

    /// <summary>The offsets of columns 0 to 16, one after the other.</summary>
    [UnscopedRef]
    public readonly ref readonly int OffsetsX => ref _x[0];

    /// <inheritdoc cref="OffsetsX"/>
    [UnscopedRef]
    public readonly ref readonly int OffsetsY => ref _y[0];

    /// <summary>How far 0 to 16 columns further on lies.</summary>
    public readonly int OffsetX(int columns) => _x[columns];

    /// <inheritdoc cref="OffsetX"/>
    public readonly int OffsetY(int columns) => _y[columns];

    /// <summary>Box column that output (x, y) reads, as an unsigned number in 32 bits.</summary>
    public readonly int StartX(int x, int y) => (int)(uint)((_m.C + (x * _m.A) + (y * _m.B)) >> Shift);

    /// <summary>Box row that output (x, y) reads, as an unsigned number in 32 bits.</summary>
    public readonly int StartY(int x, int y) => (int)(uint)((_m.F + (x * _m.D) + (y * _m.E)) >> Shift);
}

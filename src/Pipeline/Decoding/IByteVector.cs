namespace ChestXray.Pipeline.Decoding;

/// <summary>The few byte operations that the wavefront needs, for one vector length; lane = row.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IByteVector<TVector>
    where TVector : unmanaged
{
    /// <summary>Lanes, that is rows, of a vector.</summary>
    static abstract int Rows { get; }

    /// <summary>
    /// Columns that each row stays behind the one above it: at least 2, so that moving lanes is off the critical path. Of 64 rows
    /// that are 1,024 bytes apart, 16 share the same few places of the cache, which has room for 12; 4 columns spread them.
    /// </summary>
    static abstract int Skew { get; }

    static abstract bool IsSupported { get; }

    static abstract TVector Load(byte* source);

    static abstract void Store(TVector vector, byte* destination);

    /// <summary>Turns Rows / 16 vectors: 16 bytes number p of vector q become number q of vector p.</summary>
    /// <param name="from">The first vector.</param>
    /// <param name="to">Gets the first.</param>
    /// <param name="step">Vectors from one to the next, in both.</param>
    static abstract void TurnParts(TVector* from, TVector* to, int step);

    /// <summary>Interleaves the low eight bytes of each 16.</summary>
    static abstract TVector UnpackLow(TVector left, TVector right);

    /// <summary>Interleaves the high eight bytes of each 16.</summary>
    static abstract TVector UnpackHigh(TVector left, TVector right);

    /// <summary>Moves every lane up by one; lane 0 becomes the last lane of <paramref name="edge"/>.</summary>
    static abstract TVector ShiftIn(TVector vector, TVector edge);

    static abstract TVector Min(TVector left, TVector right);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector AddSaturate(TVector left, TVector right);

    static abstract TVector SubtractSaturate(TVector left, TVector right);

    /// <summary>(left + right) / 2, rounded down.</summary>
    static abstract TVector Mean(TVector left, TVector right);

    static abstract TVector And(TVector left, TVector right);

    /// <summary>left | ~right.</summary>
    static abstract TVector OrNot(TVector left, TVector right);

    /// <summary>Bits of <paramref name="yes"/> where the mask has ones.</summary>
    static abstract TVector Select(TVector mask, TVector yes, TVector no);

    /// <summary>Bytes of <paramref name="yes"/> where left is at most right, unsigned.</summary>
    static abstract TVector SelectLessOrEqual(TVector left, TVector right, TVector yes, TVector no);
}

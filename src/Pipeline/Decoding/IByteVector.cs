namespace ChestXray.Pipeline.Decoding;

/// <summary>The few byte operations that the wavefront needs, for one vector length; lane = row.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IByteVector<TVector>
    where TVector : unmanaged
{
    /// <summary>Lanes, that is rows, of a vector.</summary>
    static abstract int Rows { get; }

    static abstract bool IsSupported { get; }

    static abstract TVector Load(byte* source);

    static abstract void Store(TVector vector, byte* destination);

    /// <summary>
    /// Loads a vector from each of Rows / 16 places and turns them: 16 bytes number p of vector q become number q of vector p.
    /// </summary>
    /// <param name="source">The first place.</param>
    /// <param name="step">Bytes from place to place.</param>
    /// <param name="vectors">Gets the first vector.</param>
    /// <param name="vectorStep">Vectors from one to the next.</param>
    static abstract void LoadTurned(byte* source, nint step, TVector* vectors, int vectorStep);

    /// <summary>The reverse of <see cref="LoadTurned"/>.</summary>
    static abstract void StoreTurned(TVector* vectors, int vectorStep, byte* destination, nint step);

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

    /// <summary>Bits of <paramref name="yes"/> where the mask has ones.</summary>
    static abstract TVector Select(TVector mask, TVector yes, TVector no);

    /// <summary>Bytes of <paramref name="yes"/> where left is at most right, unsigned.</summary>
    static abstract TVector SelectLessOrEqual(TVector left, TVector right, TVector yes, TVector no);
}

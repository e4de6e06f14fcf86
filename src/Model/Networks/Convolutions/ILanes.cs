namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// A vector of float32, one channel in each lane. Implementations are structs, so that the compiler makes one body for each.
/// </summary>
internal unsafe interface ILanes<T> where T : struct, ILanes<T>
{
    /// <summary>Channels of a vector.</summary>
    static abstract int Count { get; }

    static abstract bool IsSupported { get; }

    static abstract T Load(float* from);

    static abstract T Broadcast(float value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract T Add(T a, T b, T c);

    /// <summary>c - a * b, rounded once.</summary>
    static abstract T Subtract(T a, T b, T c);

    /// <summary>The larger of each two; NaN where one is.</summary>
    static abstract T Largest(T a, T b);

    void Store(float* to);

    /// <summary>Max pool 2x2, bias and ReLU: writes the value, and which of the four it was (4: none, the value is 0).</summary>
    static abstract void Pool(T a, T b, T c, T d, T bias, float* value, byte* place);

    /// <summary>The gradient goes to the element that the pooling took; the others get 0.</summary>
    static abstract void Spread(T gradient, byte* place, out T a, out T b, out T c, out T d);

    /// <summary>Adds a line of values, and their products with others, to sums in double.</summary>
    /// <param name="a">The first vector.</param>
    /// <param name="b">The first of the others.</param>
    /// <param name="step">Floats from one vector to the next.</param>
    /// <param name="count">Vectors.</param>
    /// <param name="sums">One for each lane.</param>
    /// <param name="products">One for each lane.</param>
    static abstract void Sum(float* a, float* b, nint step, int count, double* sums, double* products);
}

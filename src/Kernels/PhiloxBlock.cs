namespace ChestXray.Kernels;

/// <summary>The four 32-bit words of one <see cref="Philox4x32"/> block.</summary>
/// <param name="X">Word 0.</param>
/// <param name="Y">Word 1.</param>
/// <param name="Z">Word 2.</param>
/// <param name="W">Word 3.</param>
public readonly record struct PhiloxBlock(uint X, uint Y, uint Z, uint W);

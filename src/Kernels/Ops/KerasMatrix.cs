namespace ChestXray.Kernels.Ops;

/// <summary>The first six numbers of ImageProjectiveTransformV3's transform; the last two are 0 for affine maps.</summary>
internal readonly record struct KerasMatrix(float A, float B, float C, float D, float E, float F);

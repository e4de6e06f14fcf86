namespace ChestXray.Kernels.Ops;

/// <summary>The numbers of a step of Adam, as a kernel takes them.</summary>
internal readonly record struct AdamShape(float MeanShare, float VarianceShare, float Epsilon, float Alpha);

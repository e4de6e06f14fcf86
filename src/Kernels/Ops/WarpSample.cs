using System.Runtime.InteropServices;

namespace ChestXray.Kernels.Ops;

/// <summary>What one sample of a GPU batch is made of; goes to the device as it is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct WarpSample
{
    public WarpSample(AugmenterOptions options, int record, in Matrix2x3 matrix, in Tone tone)
    {
        (Record, Matrix) = (record, FixedMatrix.From(matrix));
        ChannelAffine affine = ChannelAffine.From(options, tone.Contrast, tone.Brightness);
        (Scale0, Scale1, Scale2) = (affine.Scale.First, affine.Scale.Second, affine.Scale.Third);
        (Offset0, Offset1, Offset2) = (affine.Offset.First, affine.Offset.Second, affine.Offset.Third);
        Gamma = tone.Gamma;
        Noise0 = (float)(tone.Noise / (double)options.Deviation.First);
        Noise1 = (float)(tone.Noise / (double)options.Deviation.Second);
        Noise2 = (float)(tone.Noise / (double)options.Deviation.Third);
        (Seed0, Seed1) = ((uint)tone.Key.Seed, (uint)(tone.Key.Seed >> 32));
        (Epoch, NoiseRecord) = ((uint)tone.Key.Epoch, (uint)tone.Key.Record);
    }

    public FixedMatrix Matrix { get; }

    public int Record { get; }

    public float Scale0 { get; }

    public float Scale1 { get; }

    public float Scale2 { get; }

    public float Offset0 { get; }

    public float Offset1 { get; }

    public float Offset2 { get; }

    public float Gamma { get; }

    /// <summary>The noise's deviation as a standardised value, for each channel of the sample.</summary>
    public float Noise0 { get; }

    public float Noise1 { get; }

    public float Noise2 { get; }

    public uint Seed0 { get; }

    public uint Seed1 { get; }

    public uint Epoch { get; }

    public uint NoiseRecord { get; }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

public sealed partial class GuideNetwork
{
    /// <summary>Sets every value as Keras would: kernels Glorot-uniform, biases 0, batch norms neutral.</summary>
    /// <remarks>
    /// Tensor number i of <see cref="ParameterShapes"/> is drawn from Philox 4x32-10 with key = seed and stream = i, in the
    /// order of Keras' own layout (height, width, in, out; dense: in, out); limit = sqrt(6 / (fan in + fan out)).
    /// </remarks>
    public override void Initialise(ulong seed)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            for (int i = 0; i < ParameterShapes.Count; i++)
            {
                long[] size = ParameterShapes[i].Dimensions;
                if (size.Length > 1)
                    Parameters[i].copy_(DrawGlorot(seed, (ulong)i, size));
                else
                    Parameters[i].fill_(ParameterShapes[i].Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
            }

            for (int i = 0; i < Blocks; i++)
            {
                Running(2 * i).zero_();
                Running(2 * i + 1).fill_(1);
            }
        }
    }

    private static Tensor DrawGlorot(ulong seed, ulong stream, long[] size)
    {
        long receptive = size.Length == 4 ? size[2] * size[3] : 1;
        double limit = Math.Sqrt(6.0 / (receptive * (size[0] + size[1])));
        Tensor uniform = empty(size.Length == 4 ? [size[2], size[3], size[1], size[0]] : [size[1], size[0]], ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(uniform.bytes);
        Philox.FillUniform(seed, stream, values);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)((2.0 * values[i] - 1) * limit);
        return size.Length == 4 ? uniform.permute(3, 2, 0, 1) : uniform.t();
    }
}

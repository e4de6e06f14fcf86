using ChestXray.Kernels;

namespace ChestXray.Model.Feeding;

/// <summary>The guide's augmentation: Keras' RandomRotation, then RandomZoom, so many times, composed into one matrix.</summary>
/// <param name="Rotation">Largest angle in radians, either way.</param>
/// <param name="Zoom">Largest zoom: one factor for both axes from 1 - Zoom to 1 + Zoom.</param>
internal readonly record struct RandomRotateZoom(double Rotation, double Zoom)
{
    /// <summary>
    /// The matrix of one record in one epoch; the identity for 0 passes. Draw 2 p turns pass p, draw 2 p + 1 zooms it.
    /// </summary>
    public Matrix2x3 Draw(ulong seed, int epoch, int record, int passes, int size)
    {
        Matrix2x3 matrix = Matrix2x3.Identity;
        for (uint pass = 0; pass < passes; pass++)
        {
            (double angle, double factor) = Draw(seed, epoch, record, pass);
            matrix = matrix.Then(Matrix2x3.Rotation(angle, size, size)).Then(Matrix2x3.Zoom(factor, factor, size, size));
        }

        return matrix;
    }

    /// <summary>Angle and zoom factor of one pass.</summary>
    public (double Angle, double Factor) Draw(ulong seed, int epoch, int record, uint pass) => (
        (2 * Philox4x32.Uniform(seed, (uint)epoch, (uint)record, 2 * pass) - 1) * Rotation,
        1 + (2 * Philox4x32.Uniform(seed, (uint)epoch, (uint)record, 2 * pass + 1) - 1) * Zoom);
}

namespace ChestXray.Kernels.Ops;

/// <summary>f(u) = sigmoid(u)^focal * softplus(u) and its derivative in float64.</summary>
internal static class WeightedBceReference
{
    public static (double Value, double Derivative) Term(double u, double focal)
    {
        double e = Math.Exp(-Math.Abs(u));
        double log = Log1p(e);
        double softplus = Math.Max(u, 0) + log, sigmoid = (u >= 0 ? 1 : e) / (1 + e), other = (u >= 0 ? e : 1) / (1 + e);
        double power = focal == 0 ? 1 : Math.Exp(-focal * (Math.Max(-u, 0) + log));
        return (power * softplus, power * ((focal * other * softplus) + sigmoid));
    }

    /// <summary>log(1 + e) without the loss of digits for small e: Kahan's correction of the rounded sum.</summary>
    private static double Log1p(double e)
    {
        double sum = 1 + e;
        return sum == 1 ? e : Math.Log(sum) * (e / (sum - 1));
    }
}

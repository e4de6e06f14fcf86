using System.Globalization;

namespace ChestXray.Pipeline;

/// <summary>An amount of memory as people write it: `6GiB`, `512 MB`, `2g`, `1073741824`.</summary>
public static class ByteSize
{
    private static readonly (string Unit, double Bytes)[] _units =
    [
        ("kib", 1024), ("mib", 1024 * 1024), ("gib", 1024.0 * 1024 * 1024), ("tib", 1024.0 * 1024 * 1024 * 1024),
        ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("k", 1024), ("m", 1024 * 1024), ("g", 1024.0 * 1024 * 1024),
        ("b", 1), ("", 1),
    ];

    /// <summary>Reads an amount; units with an i, and single letters, count in 1,024s.</summary>
    /// <param name="text">Digits, perhaps a point and a unit.</param>
    /// <param name="bytes">The amount, at least 1.</param>
    /// <returns>False where the text is no amount.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        string lower = text.Trim().ToLowerInvariant();
        (string unit, double factor) = _units.First(unit => lower.EndsWith(unit.Unit, StringComparison.Ordinal));
        bool isNumber = double.TryParse(
            lower[..^unit.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double amount = number * factor;
        bytes = isNumber && amount is >= 1 and <= 1L << 60 ? (long)amount : 0;
        return bytes > 0;
    }

    /// <summary>In MiB or GiB.</summary>
    public static string Show(long bytes) => bytes < 1L << 30
        ? $"{bytes / 1048576.0:0} MiB"
        : $"{(bytes / 1073741824.0).ToString("0.0", CultureInfo.InvariantCulture)} GiB";
}

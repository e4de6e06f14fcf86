using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>Options that several verbs have, worded once.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON document on stdout, everything else on stderr",
    };

    public static Option<int> Size() => new("--size")
    {
        Description = "Height and width that images are resized to",
        DefaultValueFactory = _ => 224,
    };

    public static Option<string> Pixels()
    {
        Option<string> pixels = new("--pixels")
        {
            Description = "u8, or u16 for near-exact values (slower)",
            DefaultValueFactory = _ => "u8",
        };
        pixels.AcceptOnlyFromAmong("u8", "u16");
        return pixels;
    }

    public static PixelType ParsePixels(string word) => word == "u16" ? PixelType.U16 : PixelType.U8;

    public static Option<bool> Antialias() => new("--antialias")
    {
        Description = "Resize with antialias: smoother, not what the guide's network sees; a store of its own",
    };

    public static Option<bool> Draft() => new("--draft")
    {
        Description = "Decode JPEG at 1/2, 1/4 or 1/8 where that is large enough: faster, not TensorFlow's pixels; a store of its own",
    };

    public static Option<string> MaxBad() => new("--max-bad")
    {
        Description = "Share of broken images, as 1% or 0.01, above which the work stops",
        DefaultValueFactory = _ => "1%",
    };

    public static Option<int> Draws() => new("--draws")
    {
        Description = "How often patients are drawn for the 95 % intervals; 0: no intervals",
        DefaultValueFactory = _ => 2000,
    };

    /// <exception cref="UsageException">A number that can't be.</exception>
    public static int CheckDraws(int draws) => draws is >= 0 and <= 1_000_000
        ? draws
        : throw new UsageException($"--draws is {draws}: it must lie from 0 to 1,000,000; 2000 is usual.");

    public static Option<string?> Exclude() => new("--exclude")
    {
        Description = "Leave out the images that this file names, one a line with a tab and the reason, as `inspect --write-exclusions` makes it",
    };

    /// <summary>A share from `1%` or `0.01`.</summary>
    /// <exception cref="UsageException">Anything else.</exception>
    public static double ParseShare(string text)
    {
        bool percent = text.EndsWith('%');
        return double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) &&
            (percent ? value / 100 : value) is >= 0 and <= 1 and var share
            ? share
            : throw new UsageException($"--max-bad is '{text}': it must be a share such as 1% or 0.01.");
    }

    /// <summary>`cache/NAME-HASH` below the working folder, one for each data folder.</summary>
    public static string DefaultCache(string data)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(data));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(full));
        return Path.Combine("cache", $"{Path.GetFileName(full)}-{Convert.ToHexStringLower(hash.AsSpan(0, 4))}");
    }
}

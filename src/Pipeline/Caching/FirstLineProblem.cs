using System.Text;
using System.Text.Json;

namespace ChestXray.Pipeline.Caching;

/// <summary>
/// Tells why a manifest does not begin as this program writes it: another store's, an older program's, or damaged.
/// </summary>
internal static class FirstLineProblem
{
    /// <exception cref="DataSetException">
    /// The first line is whole and says something else, or an older program wrote it.
    /// </exception>
    public static void RefuseForeign(ReadOnlySpan<byte> bytes, string path, StoreLayout layout)
    {
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
        bool isWhole = ManifestText.Measure(line, 0) == line.Length && line.Length > 0;
        bool isOld = VersionOf(line) is < Manifest.FormatVersion && line.IndexOf("\"check\""u8) < 0;
        if (!isWhole && !isOld)
            return;
        throw new DataSetException(
            $"The store {path} begins with '{Show(line)}': this program writes '{Show(Manifest.FirstLine(layout)).Trim()}'. Its pixels can't be " +
            "taken over: remove the folder to decode anew, or name another with --cache.");
    }

    public static DataSetException NothingWhole(ReadOnlySpan<byte> bytes, string path, StoreLayout layout) => new(
        $"{path} has {bytes.Length:N0} bytes and not one whole line ('{Show(bytes[..Math.Min(bytes.Length, 80)])}'): it is no manifest of a " +
        $"{layout.FolderName} store, or damaged from end to end. Remove the folder to decode anew, or name another with --cache.");

    private static int? VersionOf(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.GetProperty("format").GetString() == "chestxray-store"
                ? document.RootElement.GetProperty("version").GetInt32() : null;
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static string Show(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line);
}

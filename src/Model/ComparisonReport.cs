using System.Text;
using ChestXray.Model.Reporting;

namespace ChestXray.Model;

/// <summary>Several runs as one self-contained HTML page, as <see cref="HtmlReport"/> makes one of a run.</summary>
public static class ComparisonReport
{
    /// <summary>Writes the page through a temporary file.</summary>
    /// <param name="path">Overwritten.</param>
    /// <param name="comparison">What to show.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Write(string path, RunComparison comparison)
    {
        string temporary = path + ".part";
        File.WriteAllText(temporary, Render(comparison), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The page as text. It is well-formed XML as well.</summary>
    /// <param name="comparison">What to show.</param>
    public static string Render(RunComparison comparison) => ComparisonPage.Render(comparison);
}

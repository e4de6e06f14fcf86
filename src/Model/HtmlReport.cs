using System.Text;
using ChestXray.Model.Reporting;

namespace ChestXray.Model;

/// <summary>
/// A run as one self-contained HTML page: fonts, plots and style inside, no request to anywhere, no script needed to read it.
/// </summary>
public static class HtmlReport
{
    /// <summary>Writes the page through a temporary file, so that an interrupted run leaves no half a page.</summary>
    /// <param name="path">Overwritten.</param>
    /// <param name="data">What to show; at least one model.</param>
    /// <exception cref="ArgumentException">No model, or lists that do not fit the models' findings.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Write(string path, ReportData data)
    {
        string temporary = path + ".part";
        File.WriteAllText(temporary, Render(data), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The page as text. It is well-formed XML as well.</summary>
    /// <param name="data">What to show; at least one model.</param>
    /// <exception cref="ArgumentException">No model, or lists that do not fit the models' findings.</exception>
    public static string Render(ReportData data)
    {
        ReportCheck.Refuse(data);
        return ReportPage.Render(data);
    }
}

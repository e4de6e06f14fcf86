using System.Globalization;

namespace ChestXray.Model.Reporting;

/// <summary>Figures as people read them, the same in the page and in the pictures.</summary>
internal static class PageText
{
    /// <summary>What stands for a figure that is not defined.</summary>
    public const string Undefined = "\u2013";

    /// <summary>Three digits.</summary>
    public static string Area(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? Undefined;

    /// <summary>One digit and the sign.</summary>
    public static string Percent(double? value) => value is { } some ? some.ToString("0.0", CultureInfo.InvariantCulture) + " %" : Undefined;

    /// <summary>Three digits with their sign.</summary>
    public static string Difference(double? value) =>
        value?.ToString("+0.000;\u22120.000;0.000", CultureInfo.InvariantCulture) ?? Undefined;

    /// <summary>Of a p-value: three digits.</summary>
    public static string Chance(double? value) =>
        value is null ? Undefined : value < .001 ? "under 0.001" : value.Value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Thousands apart.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The data set's spelling, with a space instead of the underscore.</summary>
    public static string Finding(string name) => name.Replace('_', ' ');
}

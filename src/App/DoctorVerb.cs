using System.CommandLine;
using System.Text.Json;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`doctor`: what this machine has, and what would be faster.</summary>
internal static class DoctorVerb
{
    public static Command Make(TextWriter output)
    {
        Option<bool> json = SharedOptions.Json();
        Command command = new("doctor", "Look at this machine: libraries, vectors, memory, devices, and what would be faster")
        {
            json,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<(string Name, string Found, string Advice)> lines = Doctor.Examine();
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(lines.ToDictionary(line => line.Name, line => new { found = line.Found, advice = line.Advice })));
                return;
            }

            foreach ((string name, string found, string advice) in lines)
                output.WriteLine($"{name,-16}{found}{(advice.Length > 0 ? $"  ({advice})" : "")}");
        });
        return command;
    }
}

using System.CommandLine;
using System.Text.Json;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`verify`: checks every record of a store.</summary>
internal static class VerifyVerb
{
    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        Option<string> cache = new("--cache") { Description = "A cache folder, or one store in it", Required = true };
        Option<bool> repair = new("--repair")
        {
            Description = "Take damaged records back and mend damaged lines and shards, so that the next `prepare` or `train` decodes them anew",
        };
        Option<bool> json = SharedOptions.Json();
        Command command = new("verify", "Hold every record of a store against its checksum") { cache, repair, json };
        command.SetAction(parsed =>
        {
            VerificationResult result = StoreVerification.Run(
                parsed.GetRequiredValue(cache), parsed.GetValue(repair), new Terminal(output, error, parsed.GetValue(json)),
                stop);
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(new
                {
                    records = result.Records,
                    damaged = result.Damaged,
                    faults = result.Faults.Select(fault => new { kind = fault.Kind, name = fault.Name, detail = fault.Detail }),
                    repaired = parsed.GetValue(repair),
                }));
            }

            return result.Faults.Count == 0 || parsed.GetValue(repair) ? Program.Done : Program.Failed;
        });
        return command;
    }
}

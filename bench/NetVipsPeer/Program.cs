// Decodes image files to grey pixels with libvips on one thread, as people do it in .NET; speaks as bench/peers/decode_peers.py
// does: one JSON object first, then for each line of stdin with the peer's name the images/s of one pass.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetVips;

NetVips.NetVips.Concurrency = 1;
Cache.Max = 0;
byte[][] files = [.. args.Select(File.ReadAllBytes)];
string version = $"{typeof(Image).Assembly.GetName().Version} (libvips {NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)})";
Pass();
Console.WriteLine(JsonSerializer.Serialize(new { netvips = new { version } }));
while (Console.ReadLine() is not null)
{
    long start = Stopwatch.GetTimestamp();
    Pass();
    Console.WriteLine((files.Length / Stopwatch.GetElapsedTime(start).TotalSeconds).ToString(CultureInfo.InvariantCulture));
}

void Pass()
{
    foreach (byte[] file in files)
    {
        using Image image = Image.NewFromBuffer(file, access: Enums.Access.Sequential);
        using Image grey = image.Bands == 1 ? image.Copy() : image.Colourspace(Enums.Interpretation.Bw);
        using Image first = grey.Bands == 1 ? grey.Copy() : grey[0];
        first.WriteToMemory<byte>();
    }
}

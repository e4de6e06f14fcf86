using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChestXray.Model.Tests.Reporting;

/// <summary>
/// Headless Chromium, spoken to through its own debugging protocol: exact widths, both colour schemes, every request and
/// message.
/// </summary>
internal sealed class Chromium : IDisposable
{
    private static readonly string? _path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => (string[])[System.IO.Path.Combine(folder, "chromium"),
            System.IO.Path.Combine(folder, "google-chrome")]).FirstOrDefault(File.Exists);

    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonNode> _events = [];
    private int _number;

    private Chromium(Process process) => _process = process;

    /// <summary>Whether there is a browser; where not, the running test gets a warning that it saw less.</summary>
    public static bool IsAtHand()
    {
        if (_path is null)
            TestContext.Current.AddWarning("Not seen in a browser: there is no chromium on the path.");
        return _path is not null;
    }

    /// <summary>Starts it with an empty page.</summary>
    /// <param name="folder">For its profile.</param>
    public static async Task<Chromium> Start(string folder)
    {
        ProcessStartInfo start = new(_path!)
        {
            ArgumentList =
            {
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                $"--user-data-dir={folder}/profile",
                "--remote-debugging-port=0",
                "about:blank",
            },
            RedirectStandardError = true,
        };
        Chromium browser = new(Process.Start(start)!);
        try
        {
            await browser.Connect();
            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file and waits until it is loaded.</summary>
    public async Task Open(string path, int width, bool dark)
    {
        foreach (string domain in (string[])["Page", "Runtime", "Network", "Log"])
            await Ask($"{domain}.enable");
        await Ask("Emulation.setDeviceMetricsOverride", new { width, height = 900, deviceScaleFactor = 1, mobile = false });
        await Ask("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
        await Ask("Page.navigate", new { url = new Uri(path).AbsoluteUri });
        while (!_events.Exists(message => Method(message) == "Page.loadEventFired"))
            _events.Add(await Receive());
    }

    /// <summary>Runs a script in the page; its value.</summary>
    public async Task<JsonNode> Evaluate(string script)
    {
        JsonNode answer = await Ask("Runtime.evaluate", new { expression = $"JSON.stringify({script})", returnByValue = true });
        return JsonNode.Parse(answer["result"]!["value"]?.GetValue<string>()
            ?? throw new InvalidOperationException(answer.ToJsonString()))!;
    }

    /// <summary>The page from some height down as PNG.</summary>
    public async Task<byte[]> Screenshot(int height, int top = 0)
    {
        int width = (await Evaluate("innerWidth")).GetValue<int>();
        JsonNode answer = await Ask("Page.captureScreenshot", new
        {
            format = "png",
            captureBeyondViewport = true,
            clip = new { x = 0, y = top, width, height, scale = 1 },
        });
        return Convert.FromBase64String(answer["data"]!.GetValue<string>());
    }

    /// <summary>Addresses that the page asked for, those inside it left out.</summary>
    public IEnumerable<string> Requests => _events.Where(message => Method(message) == "Network.requestWillBeSent")
        .Select(message => message["params"]!["request"]!["url"]!.GetValue<string>())
            .Where(url => !url.StartsWith("data:", StringComparison.Ordinal));

    /// <summary>What came to the console, errors of scripts and refusals of the page's own policy included.</summary>
    public IEnumerable<string> Messages => _events.Where(
        message => Method(message) is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded")
        .Select(message => message.ToJsonString());

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task Connect()
    {
        const string mark = "DevTools listening on ";
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(60));
        string? line;
        while ((line = await _process.StandardError.ReadLineAsync(stop.Token)) is not null
            && !line.StartsWith(mark, StringComparison.Ordinal))
        {
        }

        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        Uri listening = new((line ?? throw new InvalidOperationException($"{_path} ended without a word."))[mark.Length..]);
        using HttpClient http = new();
        JsonNode pages = JsonNode.Parse(await http.GetStringAsync($"http://{listening.Authority}/json/list", stop.Token))!;
        string page = pages.AsArray().First(
            target => target!["type"]!.GetValue<string>() == "page")!["webSocketDebuggerUrl"]!.GetValue<string>();
        await _socket.ConnectAsync(new Uri(page), stop.Token);
    }

    private async Task<JsonNode> Ask(string method, object? parameters = null)
    {
        int id = ++_number;
        string text = JsonSerializer.Serialize(new Dictionary<string, object?> { ["id"] = id, ["method"] = method, ["params"] = parameters ?? new { } });
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            JsonNode message = await Receive();
            if (message["id"]?.GetValue<int>() == id)
                return message["result"] ?? throw new InvalidOperationException(message.ToJsonString());
            _events.Add(message);
        }
    }

    private async Task<JsonNode> Receive()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(60));
        using MemoryStream whole = new();
        byte[] buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, stop.Token);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!;
    }

    private static string? Method(JsonNode message) => message["method"]?.GetValue<string>();
}

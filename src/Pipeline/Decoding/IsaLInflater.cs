using System.Runtime.InteropServices;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Intel's ISA-L, the fastest inflate of all, where the system has its library (Debian: libisal2).</summary>
internal sealed unsafe class IsaLInflater : IInflater
{
    private const string FileName = "libisal.so.2";

    // struct inflate_state of igzip_lib.h is 87 KB in version 2.30; only its head is read here.
    private const int StateBytes = 256 * 1024;
    private const int Ok = 0;
    private const int OutputOverflow = 2;

    private static readonly Entries? _entries = Entries.Load();

    private readonly State* _state;

    private IsaLInflater() => _state = (State*)NativeMemory.AllocZeroed(StateBytes);

    ~IsaLInflater() => NativeMemory.Free(_state);

    public InflateLibrary Library => InflateLibrary.IsaL;

    /// <summary>A new instance; null where the library does not load or does not do what this code expects.</summary>
    public static IsaLInflater? TryCreate()
    {
        if (_entries is null)
            return null;
        IsaLInflater inflater = new();
        if (InflaterCheck.Works(inflater))
            return inflater;
        inflater.Dispose();
        return null;
    }

    public InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* input = deflate, destination = output)
        {
            _entries!.Initialize(_state);
            _state->NextIn = input;
            _state->AvailableIn = (uint)deflate.Length;
            _state->NextOut = destination;
            _state->AvailableOut = (uint)output.Length;
            int result = _entries.Inflate(_state);
            consumed = deflate.Length - (int)_state->AvailableIn;
            written = output.Length - (int)_state->AvailableOut;
            GC.KeepAlive(this);
            return result switch
            {
                Ok => InflateStatus.Done,
                OutputOverflow => InflateStatus.OutputFull,
                _ => InflateStatus.BadData,
            };
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_state);
        GC.SuppressFinalize(this);
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct State
    {
        [FieldOffset(0)]
        public byte* NextOut;

        [FieldOffset(8)]
        public uint AvailableOut;

        [FieldOffset(16)]
        public byte* NextIn;

        [FieldOffset(32)]
        public uint AvailableIn;
    }

    private sealed class Entries(nint initialize, nint inflate)
    {
        public static Entries? Load()
        {
            nint initialize = 0, inflate = 0;
            bool found = NativeLibrary.TryLoad(FileName, out nint library)
                && NativeLibrary.TryGetExport(library, "isal_inflate_init", out initialize)
                && NativeLibrary.TryGetExport(library, "isal_inflate_stateless", out inflate);
            return found ? new Entries(initialize, inflate) : null;
        }

        public void Initialize(State* state) => ((delegate* unmanaged<State*, void>)initialize)(state);

        public int Inflate(State* state) => ((delegate* unmanaged<State*, int>)inflate)(state);
    }
}

using System.IO.Hashing;
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

    private State* _state;
    private int _length;
    private bool _hasCrc;

    private IsaLInflater() => _state = (State*)NativeMemory.AllocZeroed(StateBytes);

    ~IsaLInflater() => Free();

    public InflateLibrary Library => InflateLibrary.IsaL;

    public bool CanPause { get; private set; }

    // Whole bytes that wait in the library's bit buffer were not taken: version 2.30 does not give them back.
    public int Consumed => _length + IInflater.ReadBehind - (int)_state->AvailableIn - (_state->BufferedBits / 8);

    /// <summary>A new instance; null where the library does not load or does not do what this code expects.</summary>
    public static IsaLInflater? TryCreate()
    {
        if (_entries is null)
            return null;
        IsaLInflater inflater = new();
        if (InflaterCheck.Works(inflater))
        {
            inflater.CanPause = _entries.HasStream && InflaterCheck.WorksInParts(inflater);
            inflater._hasCrc = _entries.HasCrc && _entries.CrcWorks();
            return inflater;
        }

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

    public void Begin(byte* deflate, int length)
    {
        _entries!.Initialize(_state);
        _state->NextIn = deflate;
        _state->AvailableIn = (uint)(length + IInflater.ReadBehind);
        _length = length;
        GC.KeepAlive(this);
    }

    public InflateStatus Next(Span<byte> output, out int written)
    {
        fixed (byte* destination = output)
        {
            _state->NextOut = destination;
            _state->AvailableOut = (uint)output.Length;
            int result = _entries!.InflatePart(_state);
            written = output.Length - (int)_state->AvailableOut;
            GC.KeepAlive(this);
            if (result != Ok)
                return InflateStatus.BadData;
            if (written == output.Length)
                return InflateStatus.OutputFull;

            // A stream that ends leaves alone what lies behind it; one that is cut off takes all it can get.
            return Consumed <= _length ? InflateStatus.Done : InflateStatus.BadData;
        }
    }

    public uint Crc(ReadOnlySpan<byte> data)
    {
        if (!_hasCrc)
            return Crc32.HashToUInt32(data);
        fixed (byte* start = data)
            return _entries!.Crc(start, (nuint)data.Length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_state);
        _state = null;
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

        [FieldOffset(36)]
        public int BufferedBits;
    }

    private sealed class Entries(nint initialize, nint inflate, nint part, nint crc)
    {
        public bool HasStream => part != 0;

        public bool HasCrc => crc != 0;

        public static Entries? Load()
        {
            nint initialize = 0, inflate = 0;
            bool found = NativeLibrary.TryLoad(FileName, out nint library)
                && NativeLibrary.TryGetExport(library, "isal_inflate_init", out initialize)
                && NativeLibrary.TryGetExport(library, "isal_inflate_stateless", out inflate);
            if (!found)
                return null;
            NativeLibrary.TryGetExport(library, "isal_inflate", out nint part);
            NativeLibrary.TryGetExport(library, "crc32_gzip_refl", out nint crc);
            return new(initialize, inflate, part, crc);
        }

        public void Initialize(State* state) => ((delegate* unmanaged<State*, void>)initialize)(state);

        public int Inflate(State* state) => ((delegate* unmanaged<State*, int>)inflate)(state);

        public uint Crc(byte* data, nuint length) => ((delegate* unmanaged<uint, byte*, ulong, uint>)crc)(0, data, length);

        // The check value of the checksum's definition.
        public bool CrcWorks()
        {
            fixed (byte* digits = "123456789"u8)
                return Crc(digits, 9) == 0xCBF43926;
        }

        public int InflatePart(State* state) => ((delegate* unmanaged<State*, int>)part)(state);
    }
}

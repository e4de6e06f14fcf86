using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text;

namespace ChestXray.Model.Gpu;

/// <summary>The dynamic symbols of a 64-bit ELF library, read without loading it.</summary>
internal sealed unsafe class ElfSymbols : IDisposable
{
    private const uint DynamicSymbols = 11, RelocationsWithAddend = 4, JumpSlot = 7;
    private const int HeaderBytes = 64, SectionBytes = 64, SymbolBytes = 24, RelocationBytes = 24, Weak = 2;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _length;
    private readonly string _path;

    /// <param name="path">The library.</param>
    /// <exception cref="InvalidDataException">It is no such library, or it is cut off.</exception>
    public ElfSymbols(string path)
    {
        _path = path;

        // Of what a link leads to.
        using (Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path))
            _length = RandomAccess.GetLength(handle);
        if (_length < HeaderBytes)
            throw Broken();
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        if (Read<uint>(0) != 0x464C457F || _start[4] != 2 || _start[5] != 1)
        {
            Dispose();
            throw Broken();
        }
    }

    /// <summary>The names that the library offers.</summary>
    public IEnumerable<string> Defined() =>
        Symbols().Where(symbol => symbol.IsDefined && symbol.Name.Length > 0).Select(symbol => symbol.Name);

    /// <summary>
    /// The names that it asks others for, and whether it does so when it is loaded: if not, a missing one ends the process at
    /// its first call.
    /// </summary>
    public Dictionary<string, bool> Needed()
    {
        (string Name, bool IsDefined, bool IsWeak)[] symbols = [.. Symbols()];
        HashSet<int> atLoad = [], atCall = [];
        foreach ((long at, long size) in Sections(RelocationsWithAddend))
        {
            for (long entry = at; entry < at + size; entry += RelocationBytes)
            {
                ulong info = Read<ulong>(entry + 8);
                ((uint)info == JumpSlot ? atCall : atLoad).Add((int)(info >> 32));
            }
        }

        Dictionary<string, bool> needed = [];
        foreach (int index in atLoad.Union(atCall))
        {
            if (index > 0 && index < symbols.Length && symbols[index] is { IsDefined: false, IsWeak: false } symbol)
                needed[symbol.Name] = atLoad.Contains(index);
        }

        return needed;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private IEnumerable<(string Name, bool IsDefined, bool IsWeak)> Symbols()
    {
        foreach ((long at, long size, long names) in SymbolTables())
        {
            for (long entry = at; entry < at + size; entry += SymbolBytes)
                yield return Symbol(entry, names);
        }
    }

    private (string Name, bool IsDefined, bool IsWeak) Symbol(long entry, long names)
    {
        long name = names + Read<uint>(entry);
        if (name < 0 || name >= _length)
            throw Broken();
        ReadOnlySpan<byte> rest = new(_start + name, (int)Math.Min(_length - name, 1 << 16));
        int end = rest.IndexOf((byte)0);
        if (end < 0)
            throw Broken();
        return (Encoding.ASCII.GetString(rest[..end]), Read<ushort>(entry + 6) != 0, Read<byte>(entry + 4) >> 4 == Weak);
    }

    private List<(long At, long Size, long Names)> SymbolTables()
    {
        List<(long, long, long)> tables = [];
        ForEachSection(DynamicSymbols, section =>
            tables.Add((Read<long>(section + 24), Read<long>(section + 32), Read<long>(Section(Read<int>(section + 40)) + 24))));
        return tables;
    }

    private List<(long At, long Size)> Sections(uint type)
    {
        List<(long, long)> sections = [];
        ForEachSection(type, section => sections.Add((Read<long>(section + 24), Read<long>(section + 32))));
        return sections;
    }

    private void ForEachSection(uint type, Action<long> work)
    {
        int count = Read<ushort>(60);
        for (int i = 0; i < count; i++)
        {
            if (Read<uint>(Section(i) + 4) == type)
                work(Section(i));
        }
    }

    private long Section(int index) => Read<long>(40) + ((long)index * SectionBytes);

    private T Read<T>(long at)
        where T : unmanaged =>
        at < 0 || at > _length - sizeof(T) ? throw Broken() : MemoryMarshal.Read<T>(new(_start + at, sizeof(T)));

    private InvalidDataException Broken() => new($"{_path} is no whole 64-bit library (ELF).");
}

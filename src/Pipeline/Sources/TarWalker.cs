using System.Globalization;
using System.Text;

namespace ChestXray.Pipeline.Sources;

/// <summary>Walks a tar file from its beginning: ustar, GNU and pax headers. Allocates nothing for an entry.</summary>
/// <remarks>Sources: POSIX.1-2017 (pax, ustar) and GNU tar's manual. One thread at a time; the stream is the caller's.</remarks>
internal sealed class TarWalker(Stream stream)
{
    private const int Block = 512;
    private const int MaxHeaderData = 1 << 16;

    private readonly byte[] _header = new byte[Block];
    private readonly byte[] _skipped = new byte[1 << 16];
    private readonly char[] _name = new char[MaxHeaderData];
    private readonly char[] _lastName = new char[MaxHeaderData];
    private readonly char[] _target = new char[MaxHeaderData];
    private int _nameLength;
    private int _targetLength;
    private int _lastLength;
    private long _left;
    private int _padding;

    /// <summary>The present entry's name with its folders.</summary>
    public ReadOnlySpan<char> Name => _name.AsSpan(0, _nameLength);

    /// <summary>The present entry's size.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the present entry was last written, in UTC ticks.</summary>
    public long Modified { get; private set; }

    /// <summary>The name of the earlier file that the present entry is another name of; empty for a file of its own.</summary>
    public ReadOnlySpan<char> Target => _target.AsSpan(0, _targetLength);

    /// <summary>Files that were passed whole.</summary>
    public int Files { get; private set; }

    /// <summary>The name of the last file that was passed whole; empty before the first.</summary>
    public ReadOnlySpan<char> LastWhole => _lastName.AsSpan(0, _lastLength);

    /// <summary>Goes to the next regular file or hard link to one; what was left of the one before is passed over.</summary>
    /// <returns>False at the archive's end.</returns>
    /// <exception cref="InvalidDataException">The archive ends early, or is none.</exception>
    public bool Next()
    {
        EndEntry();
        (bool hasName, long size, long modified) = (false, -1, -1);
        _targetLength = 0;
        while (true)
        {
            ReadExactly(_header);
            if (!_header.AsSpan().ContainsAnyExcept((byte)0))
                return false;
            CheckSum();
            char kind = (char)_header[156];
            Bytes = Number(_header.AsSpan(124, 12));
            if (kind is 'x' or 'L' or 'K')
            {
                ReadExtension(kind, ref hasName, ref size, ref modified);
                continue;
            }

            Bytes = size >= 0 ? size : Bytes;
            Modified = DateTime.UnixEpoch.Ticks +
                ((modified >= 0 ? modified : Number(_header.AsSpan(136, 12))) * TimeSpan.TicksPerSecond);
            if (!hasName)
                TakeName();
            (_left, _padding) = (Bytes, (int)(-Bytes & (Block - 1)));
            if (kind is '0' or '\0' or '7')
            {
                _targetLength = 0;
                return true;
            }

            if (kind is '1' or '2' or '3' or '4' or '5' or '6')
                (_left, _padding) = (0, 0);
            if (kind == '1')
            {
                if (_targetLength == 0)
                    _targetLength = Encoding.UTF8.GetChars(Text(157, 100), _target);
                Bytes = 0;
                return true;
            }

            Skip(_left + _padding);
            (_left, _padding, _nameLength, _targetLength, hasName, size, modified) = (0, 0, 0, 0, false, -1, -1);
        }
    }

    /// <summary>Reads the present file.</summary>
    /// <param name="target">Room for exactly <see cref="Bytes"/>.</param>
    public void Read(Span<byte> target)
    {
        ReadExactly(target);
        _left -= target.Length;
    }

    /// <summary>Passes what is left of the present file, which then counts as whole.</summary>
    public void EndEntry()
    {
        if (_nameLength == 0)
            return;
        Skip(_left + _padding);
        (_left, _padding) = (0, 0);
        Name.CopyTo(_lastName);
        (_lastLength, _nameLength) = (_nameLength, 0);
        Files++;
    }

    private void TakeName()
    {
        ReadOnlySpan<byte> prefix = Text(345, 155), name = Text(0, 100);
        bool hasPrefix = prefix.Length > 0 && _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        _nameLength = hasPrefix ? Encoding.UTF8.GetChars(prefix, _name) : 0;
        if (hasPrefix)
            _name[_nameLength++] = '/';
        _nameLength += Encoding.UTF8.GetChars(name, _name.AsSpan(_nameLength));
    }

    private ReadOnlySpan<byte> Text(int start, int length)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(start, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    // pax: "LENGTH KEY=VALUE\n" ...; GNU: the name alone.
    private void ReadExtension(char kind, ref bool hasName, ref long size, ref long modified)
    {
        if (Bytes > MaxHeaderData)
            throw Bad($"an extended header of {Bytes:N0} bytes");
        Span<byte> data = _skipped.AsSpan(0, (int)Bytes);
        ReadExactly(data);
        Skip(-Bytes & (Block - 1), keep: data.Length);
        if (kind is 'L' or 'K')
        {
            int end = data.IndexOf((byte)0);
            int length = Encoding.UTF8.GetChars(end < 0 ? data : data[..end], kind == 'L' ? _name : _target);
            if (kind == 'L')
                (_nameLength, hasName) = (length, true);
            else
                _targetLength = length;
            return;
        }

        while (data.IndexOf((byte)' ') is > 0 and var space
            && int.TryParse(data[..space], CultureInfo.InvariantCulture, out int length)
            && length > space + 1 && length <= data.Length)
        {
            Span<byte> pair = data[(space + 1)..(length - 1)];
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = pair[..Math.Max(0, equals)], value = pair[(equals + 1)..];
            if (key.SequenceEqual("path"u8))
                (_nameLength, hasName) = (Encoding.UTF8.GetChars(value, _name), true);
            else if (key.SequenceEqual("linkpath"u8))
                _targetLength = Encoding.UTF8.GetChars(value, _target);
            else if (key.SequenceEqual("size"u8) && long.TryParse(value, CultureInfo.InvariantCulture, out long given)
                && given >= 0)
                size = given;
            else if (key.SequenceEqual("mtime"u8) && double.TryParse(value, CultureInfo.InvariantCulture, out double seconds))
                modified = (long)seconds;
            data = data[length..];
        }
    }

    private void CheckSum()
    {
        long sum = 8 * ' ';
        for (int i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? 0 : _header[i];
        if (sum != Number(_header.AsSpan(148, 8)))
            throw Bad("a header whose sum is wrong");
    }

    // Octal digits; or, with the highest bit set, a big-endian number.
    private static long Number(ReadOnlySpan<byte> field)
    {
        long value = 0;
        bool binary = (field[0] & 0x80) != 0;
        foreach (byte digit in binary ? field[^8..] : field.Trim(" \0"u8))
        {
            if (!binary && (digit is < (byte)'0' or > (byte)'7'))
                throw Bad("a header with a number that is none");
            value = binary ? (value << 8) | digit : (value << 3) | (uint)(digit - '0');
        }

        return value >= 0 ? value : throw Bad("a header with a negative number");
    }

    private void Skip(long bytes, int keep = 0)
    {
        while (bytes > 0)
        {
            Span<byte> part = _skipped.AsSpan(keep, (int)Math.Min(bytes, _skipped.Length - keep));
            ReadExactly(part);
            bytes -= part.Length;
        }
    }

    private void ReadExactly(Span<byte> target)
    {
        int read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        if (read < target.Length)
            throw new EndOfStreamException("it ends early");
    }

    private static InvalidDataException Bad(string what) => new($"it has {what}");
}

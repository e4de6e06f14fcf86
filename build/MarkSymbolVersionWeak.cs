using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Marks one required symbol version of a 64-bit little-endian ELF library as weak (VER_FLG_WEAK).</summary>
public class MarkSymbolVersionWeak : Task
{
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    public string Library { get; set; }

    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", Library);
            return false;
        }

        int flags = FindFlags(elf);
        if (flags < 0 || (BitConverter.ToUInt16(elf, flags) & WeakFlag) != 0)
            return true;

        elf[flags] |= (byte)WeakFlag;
        string rewritten = Library + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(rewritten, elf);
        File.Delete(Library);
        File.Move(rewritten, Library);
        Log.LogMessage(MessageImportance.High,
            "Marked the symbol version {0} as weak in {1}: it loads on systems with an older libstdc++, too.", Version, Library);
        return true;
    }

    /// <summary>The file offset of vna_flags of the requirement, or -1 where the library does not name it.</summary>
    private int FindFlags(byte[] elf)
    {
        long sections = BitConverter.ToInt64(elf, 40);
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60);
        for (int i = 0; i < count; i++)
        {
            int header = checked((int)sections + i * size);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionVersionNeeds)
                continue;

            long needs = BitConverter.ToInt64(elf, header + 24);
            int names = checked((int)sections + (int)BitConverter.ToUInt32(elf, header + 40) * size);
            long strings = BitConverter.ToInt64(elf, names + 24);
            for (long need = needs; ; need += BitConverter.ToUInt32(elf, (int)need + 12))
            {
                for (long aux = need +
                    BitConverter.ToUInt32(elf, (int)need + 8); ; aux += BitConverter.ToUInt32(elf, (int)aux + 12))
                {
                    if (ReadName(elf, strings + BitConverter.ToUInt32(elf, (int)aux + 8)) == Version)
                        return (int)aux + 4;
                    if (BitConverter.ToUInt32(elf, (int)aux + 12) == 0)
                        break;
                }

                if (BitConverter.ToUInt32(elf, (int)need + 12) == 0)
                    break;
            }
        }

        return -1;
    }

    private static string ReadName(byte[] elf, long offset)
    {
        int end = Array.IndexOf(elf, (byte)0, (int)offset);
        return Encoding.ASCII.GetString(elf, (int)offset, end - (int)offset);
    }
}

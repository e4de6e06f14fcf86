using System.Text;

namespace ChestXray.Repository.Tests;

/// <summary>Reads what every native library in the output folder asks the loader for.</summary>
public class NativeLibraryTests
{
    private static readonly string[] _system =
    [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2", "libgcc_s.so.1",
        "libstdc++.so.6",
    ];

    [Fact]
    public void Every_native_library_needs_only_what_is_shipped_or_belongs_to_the_C_and_Cpp_runtime()
    {
        string[] files = [.. Directory.GetFiles(AppContext.BaseDirectory).Where(file => Path.GetFileName(file).Contains(".so"))];
        HashSet<string> known = [.. _system, .. files.Select(file => Path.GetFileName(file))];

        string[] missing =
        [
            .. from file in files
               from needed in Needed(File.ReadAllBytes(file))
               where !known.Contains(needed)
               select $"{Path.GetFileName(file)} needs {needed}",
        ];

        Assert.Contains(files, file => Path.GetFileName(file) == "libLibTorchSharp.so");
        Assert.Contains(files, file => Path.GetFileName(file) == "libSkiaSharp.so");
        Assert.Empty(missing);
    }

    [Fact]
    public void The_tensor_library_loads()
    {
        using TorchSharp.torch.Tensor ones = TorchSharp.torch.ones(3);
        Assert.Equal(3f, ones.sum().item<float>());
    }

    /// <summary>The DT_NEEDED entries of a 64-bit little-endian ELF file, through its section headers.</summary>
    private static IEnumerable<string> Needed(byte[] elf)
    {
        const uint sectionDynamic = 6;
        const long needed = 1;
        Assert.Equal("\x7f" + "ELF", Encoding.Latin1.GetString(elf, 0, 4));
        long sections = BitConverter.ToInt64(elf, 40);
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60);
        for (int i = 0; i < count; i++)
        {
            int header = (int)sections + i * size;
            if (BitConverter.ToUInt32(elf, header + 4) != sectionDynamic)
                continue;

            int names = (int)sections + (int)BitConverter.ToUInt32(elf, header + 40) * size;
            long start = BitConverter.ToInt64(elf, header + 24), length = BitConverter.ToInt64(elf, header + 32);
            long strings = BitConverter.ToInt64(elf, names + 24);
            for (long entry = start; entry < start + length; entry += 16)
            {
                if (BitConverter.ToInt64(elf, (int)entry) != needed)
                    continue;
                int name = (int)(strings + BitConverter.ToInt64(elf, (int)entry + 8));
                yield return Encoding.ASCII.GetString(elf, name, Array.IndexOf(elf, (byte)0, name) - name);
            }
        }
    }
}

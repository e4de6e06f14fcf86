using System.Buffers.Binary;
using System.Text;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Networks;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_again()
    {
        string path = Path.Combine(_folder, "a.safetensors");
        SafetensorsEntry[] entries =
        [
            new("a", "F32", [2, 3], new byte[24]), new("empty", "U8", [0, 7], Array.Empty<byte>()), new("one", "I64", [], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
        ];
        SafetensorsFile.Write(path, entries, new Dictionary<string, string> { ["say"] = "\"quoted\" é" });

        SafetensorsFile file = SafetensorsFile.Read(path);
        Assert.Equal(["a", "empty", "one"], file.Names.Order());
        Assert.Equal("\"quoted\" é", file.Metadata["say"]);
        Assert.Equal([2, 3], file["a"].Shape);
        Assert.Equal(entries[2].Data.ToArray(), file["one"].Data.ToArray());
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path)) % 8);
    }

    [Theory]
    [InlineData("", 0, "JSON")]
    [InlineData("[]", 0, "not an object")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 8, "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7, "lies at")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9, "end at 8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "takes 12")]
    [InlineData("{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "F31")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "-2")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904],\"data_offsets\":[0,8]}}", 8,
        "4611686018427387904")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", 8, "2.5")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "lies at")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", 8, "lies at")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "data_offsets")]
    [InlineData("{\"a\":7}", 8, "dtype")]
    [InlineData("{\"__metadata__\":{\"a\":7}}", 0, "not a text")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}", 8, "uplicate")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[2,8]}}", 8, "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}}", 8, "gap")]
    public void A_hostile_header_is_refused_with_a_reason(string header, int bytes, string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = BitConverter.GetBytes((long)text.Length);
        AssertRefused([.. length, .. text, .. new byte[bytes]], reason);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(100UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        AssertRefused([.. BitConverter.GetBytes(length), .. "{}"u8], length.ToString());

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        string path = Path.Combine(_folder, "whole.safetensors");
        SafetensorsFile.Write(path, [new("a", "F32", [4], new byte[16]), new("b", "U8", [3], new byte[3])]);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length], "");
    }

    [Fact]
    public void Other_tensors_than_expected_are_named()
    {
        string path = Path.Combine(_folder, "other.safetensors");
        SafetensorsFile.Write(path, [new("a", "F32", [4], new byte[16]), new("b", "U8", [3], new byte[3])]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => SafetensorsFile.Read(path).Require([("a", "F64", [4]), ("c", "U8", [3])]));
        Assert.Contains("'a' is F32 [4] instead of F64 [4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("'c' is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("'b' is not expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "kept.txt");
        DurableFile.Replace(path, stream => stream.WriteByte(1));
        Assert.Throws<IOException>(() => DurableFile.Replace(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new IOException("the disk is full");
        }));
        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        string path = Path.Combine(_folder, "bad.safetensors");
        File.WriteAllBytes(path, bytes);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}

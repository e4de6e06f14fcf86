using Google.Protobuf;

namespace ChestXray.Model.Exchange;

/// <summary>One message of the ONNX format, field by field, on the protocol buffers' own writer. Not thread-safe.</summary>
/// <remarks>Field numbers are those of onnx.proto (https://github.com/onnx/onnx, IR version 8).</remarks>
internal sealed class OnnxMessage
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public OnnxMessage() => _output = new(_bytes, leaveOpen: true);

    public OnnxMessage Add(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
        return this;
    }

    public OnnxMessage Add(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
        return this;
    }

    public OnnxMessage Add(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
        return this;
    }

    public OnnxMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
        return this;
    }

    public OnnxMessage Add(int field, OnnxMessage message) => Add(field, message.ToBytes());

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        _output.Flush();
        return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
    }
}

namespace ChestXray.Model.Exchange;

/// <summary>Says why files of other programs are not opened, and how to convert them.</summary>
internal static class ForeignFormats
{
    private const string ByPyTorch = """
        import torch, safetensors.torch
        values = torch.load("FILE", map_location="cpu", weights_only=True)
        safetensors.torch.save_file({k: v.contiguous() for k, v in values.items()}, "weights.safetensors")
        """;

    private const string ByKeras = """
        import keras, numpy, safetensors.numpy
        model = keras.models.load_model("FILE", compile=False)
        safetensors.numpy.save_file({f"{l.name}.{w.name.split('/')[-1].split(':')[0]}": numpy.asarray(w) for l in model.layers for w in l.weights}, "weights.safetensors")
        """;

    /// <summary>
    /// Refuses files of PyTorch and Keras by their first bytes, whatever they are called, and by their extension.
    /// </summary>
    /// <exception cref="InvalidDataException">It is one.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static void Refuse(string path)
    {
        byte[] first = new byte[8];
        int length;
        using (FileStream stream = File.OpenRead(path))
            length = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> bytes = first.AsSpan(0, length);
        string extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        bool isZip = bytes is [(byte)'P', (byte)'K', 3, 4, ..], isPickle = bytes is [0x80, >= 2 and <= 5, ..]
            && bytes is not [.., 0, 0];
        if (extension is ".h5" or ".hdf5" or ".keras" || bytes is [0x89, (byte)'H', (byte)'D', (byte)'F', ..])
            throw Refusal(path, "a Keras file, whose format (HDF5, or a zip archive around it) may hold code",
                "TensorFlow or Keras", ByKeras);
        if (extension is ".pth" or ".pt" or ".ckpt" || isZip || isPickle)
            throw Refusal(path, "a PyTorch file: a pickle, which is a program that runs when it is opened", "PyTorch", ByPyTorch);
    }

    private static InvalidDataException Refusal(string path, string what, string where, string lines) => new(
        $"{path} is {what}. It is not opened. Where it comes from a source that you trust, convert it once with Python, where {where} and safetensors " +
        $"are installed, and name weights.safetensors here:\n{lines.Replace("FILE", path)}");
}

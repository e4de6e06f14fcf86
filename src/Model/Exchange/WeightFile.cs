using ChestXray.Model.Networks;

namespace ChestXray.Model.Exchange;

/// <summary>Values of a network from somebody's file: PyTorch's or Keras' names, any float type. All or nothing.</summary>
internal static class WeightFile
{
    /// <summary>Reads a file and gives all its values to a network.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="network">Gets the values.</param>
    /// <param name="newHead">Leave the file's last layer out, and the network's as it is: for weights of other classes.</param>
    /// <exception cref="InvalidDataException">
    /// A file of another kind, a damaged one, or one whose tensors are not the network's: missing, too many, of another shape,
    /// not finite. The message names them; nothing was changed.
    /// </exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static void Load(string path, Network network, bool newHead = false)
    {
        ForeignFormats.Refuse(path);
        SafetensorsFile file = Translate(SafetensorsFile.Read(path), network);
        bool Wanted(string name) => !newHead || !name.StartsWith(network.Head + ".", StringComparison.Ordinal);
        if (newHead)
            file = file.With(file.Names.Where(Wanted).Select(name => file[name]));
        file.Require([.. network.FileShapes.Where(shape => Wanted(shape.Name))
            .Select(shape => (shape.Name, network.TypeName, shape.Dimensions))]);
        file.RequireFinite();
        Dictionary<string, SafetensorsEntry> own = newHead ? network.Export().ToDictionary(entry => entry.Name) : [];
        network.Import(name => Wanted(name) ? file[name].Data : own[name].Data);
    }

    /// <summary>The same tensors under the network's names, in PyTorch's layout and the network's type.</summary>
    internal static SafetensorsFile Translate(SafetensorsFile file, Network network)
    {
        HashSet<string> roots = [.. network.FileShapes.Select(shape => StateDictNames.Root(shape.Name))];
        int prefix = StateDictNames.WrapperLength(file.Names, roots);
        List<SafetensorsEntry> entries = [];
        HashSet<string> taken = [];
        foreach (string name in file.Names)
        {
            if (StateDictNames.IsCounter(name))
                continue;
            SafetensorsEntry entry = TensorLayout.ToPyTorch(file[name] with { Name = name[prefix..] }, network.TypeName);
            if (!taken.Add(entry.Name))
                throw new InvalidDataException(
                    $"{file.Path} holds '{entry.Name}' twice, under two spellings; one of them is '{name}'.");
            entries.Add(entry);
        }

        return file.With(entries);
    }
}

"""Loads a state dict that this project exported into PyTorch, strictly, and gives its logits; writes a state dict of PyTorch's own with its
logits, too. Usage: pytorch_check.py guide|densenet121 PEERS_FOLDER IN.safetensors OUT.safetensors (IN holds the state dict and `images`)."""
import json
import struct
import sys

import numpy
import torch


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        values = file.read()
    return {
        name: torch.from_numpy(numpy.frombuffer(values[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).copy())
        for name, entry in header.items() if name != "__metadata__"}


def write(path, tensors):
    header, parts, position = {}, [], 0
    for name, value in tensors.items():
        raw = value.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [position, position + len(raw)]}
        parts.append(raw)
        position += len(raw)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


class Guide(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for i, (inputs, outputs) in enumerate(((1, 16), (16, 32), (32, 64), (64, 128)), 1):
            setattr(self, f"conv{i}", torch.nn.Conv2d(inputs, outputs, 7))
            setattr(self, f"norm{i}", torch.nn.BatchNorm2d(outputs, eps=1e-3))
        self.dense = torch.nn.Linear(128, 14)

    def forward(self, x):
        for i in range(1, 5):
            x = getattr(self, f"norm{i}")(torch.max_pool2d(torch.relu(getattr(self, f"conv{i}")(x)), 2))
        return self.dense(x.mean((2, 3)))


def make(name, peers):
    if name == "guide":
        return Guide()
    sys.path.insert(0, peers)
    import densenet_peers
    return densenet_peers.densenet121(torch)(1)


def main():
    name, peers, source, target = sys.argv[1:5]
    torch.manual_seed(3)
    torch.set_num_threads(1)
    tensors = read(source)
    images = tensors.pop("images")
    model = make(name, peers)
    with torch.no_grad():
        for value in model.state_dict().values():
            if value.dtype == torch.float32 and value.dim() == 1:
                value += torch.rand(value.shape) * 0.1
    own = {f"own.{key}": value for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")}
    own = {key: value.clone() for key, value in own.items()}
    model.eval()
    with torch.no_grad():
        own["own_logits"] = model(images)
        model.load_state_dict(tensors, strict=True)
        own["logits"] = model(images)
    write(target, own)
    print(torch.__version__)


main()

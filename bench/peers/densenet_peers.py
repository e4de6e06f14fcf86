"""Trains DenseNet-121 in PyTorch as people write it (torchvision's model, its plain forward and contiguous memory). Prints one JSON
object: peer name -> {"version"} or {"absent": reason}; then does one timed pass for every line that it reads, and prints its images/s.
Usage: densenet_peers.py THREADS BATCH SIZE"""
import json
import sys
import time

STEPS = 1


def densenet121(torch):
    nn = torch.nn

    class Layer(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.norm1, self.relu1 = nn.BatchNorm2d(channels), nn.ReLU(inplace=True)
            self.conv1 = nn.Conv2d(channels, 128, 1, bias=False)
            self.norm2, self.relu2 = nn.BatchNorm2d(128), nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(128, 32, 3, padding=1, bias=False)

        def forward(self, features):
            x = self.conv1(self.relu1(self.norm1(torch.cat(features, 1))))
            return self.conv2(self.relu2(self.norm2(x)))

    class Block(nn.ModuleDict):
        def __init__(self, layers, channels):
            super().__init__({f"denselayer{i + 1}": Layer(channels + 32 * i) for i in range(layers)})

        def forward(self, x):
            features = [x]
            for layer in self.values():
                features.append(layer(features))
            return torch.cat(features, 1)

    class DenseNet(nn.Module):
        def __init__(self, inputs):
            super().__init__()
            parts = nn.Sequential()
            parts.add_module("conv0", nn.Conv2d(inputs, 64, 7, 2, 3, bias=False))
            parts.add_module("norm0", nn.BatchNorm2d(64))
            parts.add_module("relu0", nn.ReLU(inplace=True))
            parts.add_module("pool0", nn.MaxPool2d(3, 2, 1))
            channels = 64
            for i, layers in enumerate((6, 12, 24, 16)):
                parts.add_module(f"denseblock{i + 1}", Block(layers, channels))
                channels += 32 * layers
                if i < 3:
                    step = nn.Sequential()
                    step.add_module("norm", nn.BatchNorm2d(channels))
                    step.add_module("relu", nn.ReLU(inplace=True))
                    step.add_module("conv", nn.Conv2d(channels, channels // 2, 1, bias=False))
                    step.add_module("pool", nn.AvgPool2d(2, 2))
                    parts.add_module(f"transition{i + 1}", step)
                    channels //= 2
            parts.add_module("norm5", nn.BatchNorm2d(channels))
            self.features, self.classifier = parts, nn.Linear(channels, 14)

        def forward(self, x):
            x = torch.relu_(self.features(x))
            return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(x, (1, 1)), 1))

    return DenseNet


def pytorch(threads, batch, size, frozen, channels_last):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = densenet121(torch)(3)
    images = torch.randn(batch, 1, size, size)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    if frozen:
        for value in model.features.parameters():
            value.requires_grad = False
        model.features.eval()
    optimizer = torch.optim.Adam([value for value in model.parameters() if value.requires_grad], 1e-3)
    loss_function = torch.nn.BCEWithLogitsLoss(pos_weight=torch.ones(14))
    labels = (torch.rand(batch, 14) < 0.1).float()

    def run():
        for _ in range(STEPS):
            optimizer.zero_grad()
            x = images.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)
            loss = loss_function(model(x), labels)
            loss.backward()
            optimizer.step()
            loss.item()

    return torch.__version__, run


def main():
    threads, batch, size = (int(text) for text in sys.argv[1:4])
    peers, found = {}, {}
    for name, frozen, channels_last in (("pytorch", False, False), ("pytorch channels_last", False, True), ("pytorch frozen", True, False)):
        try:
            version, peers[name] = pytorch(threads, batch, size, frozen, channels_last)
            found[name] = {"version": version}
        except ImportError as error:
            found[name] = {"absent": str(error)}
    print(json.dumps(found), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        peers[line.strip()]()
        print(STEPS * batch / (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()

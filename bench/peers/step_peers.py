"""Trains the guide's network in PyTorch as people write it, channels_last, batch 32. Prints one JSON object: peer name -> {"version"} or
{"absent": reason}; then does one timed pass for every line that it reads, and prints its images/s. Usage: step_peers.py THREADS"""
import json
import sys
import time

STEPS, BATCH, SIZE = 4, 32, 224


def pytorch(threads):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    layers, channels = [], 1
    for filters in (16, 32, 64, 128):
        layers += [nn.Conv2d(channels, filters, 7), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)]
        channels = filters
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels, 14))
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)
    loss_function = nn.BCEWithLogitsLoss(pos_weight=torch.ones(14), reduction="sum")
    images = torch.randn(BATCH, 1, SIZE, SIZE).to(memory_format=torch.channels_last)
    labels = (torch.rand(BATCH, 14) < 0.1).float()

    def run():
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss = loss_function(model(images), labels) / BATCH
            loss.backward()
            optimizer.step()
            loss.item()

    return torch.__version__, run


def main():
    try:
        version, run = pytorch(int(sys.argv[1]))
        run()
        print(json.dumps({"pytorch": {"version": version}}), flush=True)
    except ImportError as error:
        print(json.dumps({"pytorch": {"absent": str(error)}}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(STEPS * BATCH / (time.perf_counter() - start), flush=True)


main()

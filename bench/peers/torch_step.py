"""The peer of `bench step`: the guide's CNN trained in PyTorch as people write it. Prints one JSON document.

python3 bench/peers/torch_step.py [--threads 2] [--batch-size 32] [--size 224] [--steps 20] [--bfloat16]
Needs PyTorch (Debian: python3-torch). channels_last, torch.optim.Adam, BCEWithLogitsLoss; ReLU before the pooling, as the guide has it.
"""
import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn


def block(channels, filters):
    return [nn.Conv2d(channels, filters, 7), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--contiguous", action="store_true", help="without channels_last")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    layout = torch.contiguous_format if options.contiguous else torch.channels_last
    model = nn.Sequential(
        *block(1, 16), *block(16, 32), *block(32, 64), *block(64, 128),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, 14)).to(memory_format=layout)
    loss_of = nn.BCEWithLogitsLoss()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    images = torch.randn(options.batch_size, 1, options.size, options.size).to(memory_format=layout)
    labels = (torch.rand(options.batch_size, 14) < 0.2).float()
    model.train()

    seconds, busy, losses = [], [], []
    for step in range(-options.warm_up, options.steps):
        begun, busy_before = time.perf_counter(), time.process_time()
        optimiser.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
            logits = model(images)
        loss = loss_of(logits.float(), labels)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        if step >= 0:
            seconds.append(time.perf_counter() - begun)
            busy.append(time.process_time() - busy_before)

    median = statistics.median(seconds)
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__}", "threads": options.threads, "batch_size": options.batch_size, "size": options.size,
        "bfloat16": options.bfloat16, "channels_last": not options.contiguous, "seconds_median": median,
        "seconds_fastest": min(seconds), "seconds_slowest": max(seconds), "images_per_second": options.batch_size / median,
        "processor_seconds_median": statistics.median(busy), "first_loss": losses[0], "last_loss": losses[-1],
        "peak_resident_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()

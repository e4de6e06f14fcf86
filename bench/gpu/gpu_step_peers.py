"""Trains the guide's network on a GPU in PyTorch as people write it: eager and torch.compile, float32, TF32 and bfloat16 autocast.
Prints one JSON object: peer -> {"version", "rates": [images/s, ...]} or {"absent": reason}."""
import json
import time

BATCH, SIZE, STEPS, RUNS = 32, 224, 50, 7


def network(torch, nn):
    layers, channels = [], 1
    for filters in (16, 32, 64, 128):
        layers += [nn.Conv2d(channels, filters, 7), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)]
        channels = filters
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels, 14)]
    return nn.Sequential(*layers).cuda().to(memory_format=torch.channels_last)


def rates(torch, kind, compiled):
    from torch import nn

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = kind == "tf32"
    torch.manual_seed(0)
    model = network(torch, nn)
    call = torch.compile(model) if compiled else model
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7, fused=True)
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.ones(14, device="cuda"), reduction="sum")
    images = torch.randn(BATCH, 1, SIZE, SIZE, device="cuda").to(memory_format=torch.channels_last)
    labels = (torch.rand(BATCH, 14, device="cuda") < 0.1).float()

    def run():
        for _ in range(STEPS):
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cuda", torch.bfloat16, enabled=kind == "bfloat16"):
                logits = call(images)
            (criterion(logits.float(), labels) / BATCH).backward()
            optimizer.step()
        torch.cuda.synchronize()

    run()
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        found.append(STEPS * BATCH / (time.perf_counter() - start))
    return found


def main():
    result = {}
    for kind in ("float32", "tf32", "bfloat16"):
        for compiled in (False, True):
            name = f"pytorch {'compile' if compiled else 'eager'} {kind}"
            try:
                import torch

                if not torch.cuda.is_available():
                    raise ImportError("PyTorch sees no CUDA device")
                result[name] = {"version": torch.__version__, "rates": rates(torch, kind, compiled)}
            except Exception as error:  # a peer that fails must not cost the others
                result[name] = {"absent": str(error).split("\n")[0]}
    print(json.dumps(result))


main()

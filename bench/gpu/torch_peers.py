"""Rotates, zooms and standardises batches on a GPU as people do it in PyTorch. Prints one JSON object:
peer -> {"version", "rows": [{"size", "batch", "output", "images_per_s"}]} or {"absent": reason}."""
import json
import math
import time


def rate(run, batch, synchronize):
    run()
    synchronize()
    runs, start = 0, time.perf_counter()
    while time.perf_counter() - start < 0.5:
        for _ in range(8):
            run()
        synchronize()
        runs += 8
    return runs * batch / (time.perf_counter() - start)


def rows(torch, make):
    found = []
    for size in (224, 256):
        for batch in (32, 256, 2048):
            for output in (torch.float32, torch.bfloat16):
                records = torch.randint(0, 256, (batch, 1, size, size), dtype=torch.uint8, device="cuda")
                run = make(records, output)
                found.append({
                    "size": size, "batch": batch, "output": "Single" if output == torch.float32 else "BFloat16",
                    "images_per_s": rate(run, batch, torch.cuda.synchronize),
                })
    return found


def grid_sample(torch):
    def make(records, output):
        batch = records.shape[0]
        angles = (torch.rand(batch, device="cuda") * 2 - 1) * 0.2 * math.pi
        zooms = 1 + (torch.rand(batch, device="cuda") * 2 - 1) * 0.2
        cos, sin, zero = torch.cos(angles) * zooms, torch.sin(angles) * zooms, torch.zeros(batch, device="cuda")
        theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)

        def run():
            grid = torch.nn.functional.affine_grid(theta, records.shape, align_corners=False)
            warped = torch.nn.functional.grid_sample(records.float(), grid, padding_mode="reflection", align_corners=False)
            return ((warped - 139) * (1 / 62.5)).to(output)

        return run

    return {"version": torch.__version__, "rows": rows(torch, make)}


def torchvision_v2(torch):
    import torchvision
    from torchvision.transforms import v2

    def make(records, output):
        # One angle and zoom for a batch: v2 has no parameters per sample on a batch.
        chain = v2.Compose([
            v2.RandomAffine(36, scale=(1 / 1.2, 1 / 0.8), interpolation=v2.InterpolationMode.BILINEAR),
            v2.ToDtype(torch.float32, scale=False),
            v2.Normalize([139.0], [62.5]),
        ])
        return lambda: chain(records).to(output)

    return {"version": torchvision.__version__, "rows": rows(torch, make)}


def main():
    result = {}
    for name, peer in (("grid_sample", grid_sample), ("torchvision_v2", torchvision_v2)):
        try:
            import torch

            if not torch.cuda.is_available():
                raise ImportError("PyTorch sees no CUDA device")
            result[name] = peer(torch)
        except ImportError as error:
            result[name] = {"absent": str(error)}
    print(json.dumps(result))


main()

"""Rotates, zooms and standardises batches on a GPU as people do it in PyTorch. Prints one JSON object:
peer -> {"version", "rates": [images/s, ...]} or {"absent": reason}."""
import json
import math
import time


def rates(run, batch, synchronize):
    run()
    synchronize()
    found = []
    for _ in range(5):
        runs, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.1:
            for _ in range(8):
                run()
            synchronize()
            runs += 8
        found.append(runs * batch / (time.perf_counter() - start))
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

    return torch.__version__, make


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

    return torchvision.__version__, make


def main():
    result = {}
    for name, peer in (("grid_sample", grid_sample), ("torchvision_v2", torchvision_v2)):
        try:
            import torch

            if not torch.cuda.is_available():
                raise ImportError("PyTorch sees no CUDA device")
            version, make = peer(torch)
            for size in (224, 256):
                for batch in (32, 256, 2048):
                    records = torch.randint(0, 256, (batch, 1, size, size), dtype=torch.uint8, device="cuda")
                    for word, output in (("Single", torch.float32), ("BFloat16", torch.bfloat16)):
                        result[f"{name} {batch} x {size} x {size} to {word}"] = {
                            "version": version, "rates": rates(make(records, output), batch, torch.cuda.synchronize),
                        }
        except Exception as error:  # a peer that fails must not cost the others
            result[name] = {"absent": str(error).split("\n")[0]}
    print(json.dumps(result))


main()

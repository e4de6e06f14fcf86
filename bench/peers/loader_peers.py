"""Loads 224 x 224 u8 records from a .npy in shuffled batches of 32, as people do it in Python. Prints one JSON object:
peer name -> {"version", "rates": [samples/s of each run]} or {"absent": reason}.
Usage: loader_peers.py PIXELS.npy [IMAGES]; IMAGES is a folder with image files, for a DataLoader that decodes them in every epoch."""
import json
import sys
import time

RUNS, BATCH, SAMPLES = 5, 32, 2048


def numpy_gather(path):
    import numpy as np

    pixels = np.load(path, mmap_mode="r")
    order = np.random.RandomState(0).randint(0, len(pixels), SAMPLES)
    batch = np.empty((BATCH,) + pixels.shape[1:], np.float32)

    def epoch():
        for first in range(0, SAMPLES, BATCH):
            batch[...] = pixels[order[first:first + BATCH]]
            np.subtract(batch, np.float32(139), out=batch)
            np.divide(batch, np.float32(62.5), out=batch)

    return np.__version__, rates(epoch)


def torch_loader(path):
    import numpy as np
    import torch

    class Records(torch.utils.data.Dataset):
        def __init__(self):
            self.pixels = np.load(path, mmap_mode="r")

        def __len__(self):
            return SAMPLES

        def __getitem__(self, i):
            return (torch.from_numpy(self.pixels[i % len(self.pixels)].copy()).float() - 139) / 62.5

    loader = torch.utils.data.DataLoader(Records(), BATCH, shuffle=True, num_workers=2, persistent_workers=True)

    def epoch():
        for _ in loader:
            pass

    return torch.__version__, rates(epoch)


def torch_files(folder):
    import pathlib

    import numpy as np
    import torch
    from PIL import Image

    files = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg"))[:SAMPLES // 2]
    if not files:
        raise ImportError(f"no image in {folder}")

    class Files(torch.utils.data.Dataset):
        def __len__(self):
            return len(files)

        def __getitem__(self, i):
            image = Image.open(files[i]).convert("L").resize((224, 224), Image.BILINEAR)
            return (torch.from_numpy(np.asarray(image).copy()).float() - 139) / 62.5

    loader = torch.utils.data.DataLoader(Files(), BATCH, shuffle=True, num_workers=2, persistent_workers=True)

    def epoch():
        for _ in loader:
            pass

    return torch.__version__, rates(epoch, len(files))


def rates(epoch, samples=SAMPLES):
    epoch()
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        epoch()
        found.append(samples / (time.perf_counter() - start))
    return found


def main():
    result = {}
    peers = [("numpy_memmap", numpy_gather, sys.argv[1]), ("torch_dataloader", torch_loader, sys.argv[1])]
    if len(sys.argv) > 2:
        peers.append(("torch_dataloader_files", torch_files, sys.argv[2]))
    for name, run, path in peers:
        try:
            version, found = run(path)
            result[name] = {"version": version, "rates": found}
        except ImportError as error:
            result[name] = {"absent": str(error)}
    print(json.dumps(result))


main()

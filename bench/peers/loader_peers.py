"""Loads 224 x 224 u8 records from a .npy in shuffled batches of 32, as people do it in Python. Prints one JSON object:
peer name -> {"version", "rates": [samples/s of each run]} or {"absent": reason}. Usage: loader_peers.py PIXELS.npy"""
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


def rates(epoch):
    epoch()
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        epoch()
        found.append(SAMPLES / (time.perf_counter() - start))
    return found


def main():
    result = {}
    for name, run in (("numpy_memmap", numpy_gather), ("torch_dataloader", torch_loader)):
        try:
            version, found = run(sys.argv[1])
            result[name] = {"version": version, "rates": found}
        except ImportError as error:
            result[name] = {"absent": str(error)}
    print(json.dumps(result))


main()

#!/usr/bin/env python3
"""Times OpenCV's warpAffine on 8-bit records plus float standardisation: the peer of ChestXray.Kernels' fused CPU pass.

One thread, the work of `Kernels.Bench`: records of 224 x 224 bytes, each rotated by up to +-36 degrees and zoomed by 0.8 to 1.2 about its
centre, border reflected, bilinear, then (value - mean) / deviation into a float32 batch that is allocated once. Prints one JSON document.
"""
import argparse
import json
import math
import platform
import time

import cv2
import numpy as np

MEAN, DEVIATION = 120.0, 60.0


def matrix(angle, zoom, size):
    """Output to source, pixel-index coordinates, about ((size - 1) / 2, (size - 1) / 2): rotation, then zoom."""
    centre = (size - 1) / 2
    cos, sin = math.cos(angle) * zoom, math.sin(angle) * zoom
    return np.array([[cos, -sin, centre - cos * centre + sin * centre], [sin, cos, centre - sin * centre - cos * centre]])


def batch(records, matrices, out, size):
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for i, record in enumerate(records):
        warped = cv2.warpAffine(record, matrices[i], (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT)
        np.subtract(warped, MEAN, out=out[i], dtype=np.float32)
        np.multiply(out[i], np.float32(1 / DEVIATION), out=out[i])


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), platform.processor())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()

    cv2.setNumThreads(1)
    random = np.random.default_rng(1)
    records = random.integers(0, 256, (options.batch, options.size, options.size), dtype=np.uint8)
    angles = random.uniform(-0.2 * math.pi, 0.2 * math.pi, options.batch)
    zooms = random.uniform(0.8, 1.2, options.batch)
    matrices = [matrix(a, z, options.size) for a, z in zip(angles, zooms)]
    out = np.empty((options.batch, options.size, options.size), np.float32)
    batch(records, matrices, out, options.size)

    times, end = [], time.perf_counter() + options.seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        batch(records, matrices, out, options.size)
        times.append(time.perf_counter() - start)

    best, median = min(times), sorted(times)[len(times) // 2]
    print(json.dumps({
        "peer": "OpenCV warpAffine u8 + NumPy standardise", "opencv": cv2.__version__, "numpy": np.__version__, "processor": processor(),
        "threads": 1, "size": options.size, "batch": options.batch, "runs": len(times),
        "images_per_second_best": round(options.batch / best, 1), "images_per_second_median": round(options.batch / median, 1),
    }))


if __name__ == "__main__":
    main()

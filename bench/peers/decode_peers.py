#!/usr/bin/env python3
"""Decodes the image files of a folder with OpenCV and Pillow on one thread and prints their times as JSON.

    /usr/bin/python3 decode_peers.py FOLDER [--runs 7] [--limit 200] [--resize 224]

Files are read before the clock starts, so that what is timed is file bytes -> 8-bit grey (and, with --resize, -> a bilinear
SIZE x SIZE record). Per peer, format and run the mean seconds of one file; of the runs the median, least and greatest. Wall time
and the thread's own processor time: on a busy machine only the second one compares. A peer that is not installed is named
under "absent".
"""
import argparse
import io
import json
import os
import statistics
import sys
import time


def find(folder, limit):
    """File bytes by format, in name order."""
    found = {"png": [], "jpeg": []}
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            kind = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}.get(os.path.splitext(name)[1].lower())
            if kind and len(found[kind]) < limit:
                with open(os.path.join(root, name), "rb") as file:
                    found[kind].append(file.read())
    return found


def opencv(size):
    import cv2
    import numpy

    cv2.setNumThreads(1)

    def decode(data):
        # Orientation is not applied: the radiographs' pixels are wanted as they are stored.
        grey = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
        return cv2.resize(grey, (size, size), interpolation=cv2.INTER_LINEAR) if size else grey

    return cv2.__version__, decode


def pillow(size):
    import PIL
    from PIL import Image

    def decode(data):
        grey = Image.open(io.BytesIO(data)).convert("L")
        grey.load()
        return grey.resize((size, size), Image.BILINEAR) if size else grey

    return PIL.__version__, decode


def measure(decode, files, runs):
    """Seconds per file: wall and processor time, median, least and greatest of the runs."""
    wall, processor = [], []
    for run in range(runs + 1):
        started, worked = time.perf_counter(), time.thread_time()
        for data in files:
            decode(data)
        if run > 0:  # the first run warms up
            wall.append((time.perf_counter() - started) / len(files))
            processor.append((time.thread_time() - worked) / len(files))

    def spread(values):
        return {"median": statistics.median(values), "min": min(values), "max": max(values)}

    return {"files": len(files), "runs": runs, "wall_s": spread(wall), "processor_s": spread(processor)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--limit", type=int, default=200, help="files per format")
    parser.add_argument("--resize", type=int, default=0, help="side of the record; 0 measures decoding alone")
    arguments = parser.parse_args()
    files = find(arguments.folder, arguments.limit)
    if not any(files.values()):
        sys.exit(f"{arguments.folder}: no .png, .jpg or .jpeg files below")
    result = {"folder": arguments.folder, "resize": arguments.resize, "peers": [], "absent": []}
    for name, make in (("opencv", opencv), ("pillow", pillow)):
        try:
            version, decode = make(arguments.resize)
        except ImportError as error:
            result["absent"].append({"peer": name, "why": str(error)})
            continue
        for kind, data in files.items():
            if data:
                result["peers"].append({"peer": name, "version": version, "format": kind, **measure(decode, data, arguments.runs)})
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()

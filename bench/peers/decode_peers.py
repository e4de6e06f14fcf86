"""Decodes image files to grey pixels on one thread, as people do it in Python, one pass for each line that is read.

Usage: decode_peers.py FILE...; the environment variable REDUCED (2, 4 or 8) asks OpenCV for reduced images, too.
Prints one JSON object: peer name -> {"version"} or {"absent": reason}; then for each line of stdin with a peer's name the images/s of one pass.
"""
import io
import json
import os
import sys
import time


def opencv(files):
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    arrays = [np.frombuffer(file, np.uint8) for file in files]

    def run():
        for array in arrays:
            cv2.imdecode(array, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)

    return cv2.__version__, run


def opencv_reduced(files):
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    arrays = [np.frombuffer(file, np.uint8) for file in files]
    flag = {"2": cv2.IMREAD_REDUCED_GRAYSCALE_2, "4": cv2.IMREAD_REDUCED_GRAYSCALE_4, "8": cv2.IMREAD_REDUCED_GRAYSCALE_8}[os.environ["REDUCED"]]

    def run():
        for array in arrays:
            cv2.imdecode(array, flag | cv2.IMREAD_IGNORE_ORIENTATION)

    return cv2.__version__, run


def pillow(files):
    import PIL
    from PIL import Image

    def run():
        for file in files:
            Image.open(io.BytesIO(file)).convert("L").load()

    return PIL.__version__, run


def main():
    files = [open(path, "rb").read() for path in sys.argv[1:]]
    contestants = [("opencv", opencv), ("pillow", pillow)]
    if "REDUCED" in os.environ:
        contestants.append(("opencv_reduced", opencv_reduced))
    found, runs = {}, {}
    for name, make in contestants:
        try:
            version, run = make(files)
            run()
            found[name], runs[name] = {"version": version}, run
        except ImportError as error:
            found[name] = {"absent": str(error)}
    print(json.dumps(found), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        runs[line.strip()]()
        print(len(files) / (time.perf_counter() - start), flush=True)


main()

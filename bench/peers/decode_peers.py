"""Decodes image files to grey pixels on one thread, as people do it in Python. Prints one JSON object:
peer name -> {"version", "rates": [images/s of each run]} or {"absent": reason}. Usage: decode_peers.py FILE..."""
import io
import json
import sys
import time

RUNS = 5


def opencv(files):
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    arrays = [np.frombuffer(file, np.uint8) for file in files]

    def run():
        for array in arrays:
            cv2.imdecode(array, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)

    return cv2.__version__, rates(run, len(files))


def pillow(files):
    import PIL
    from PIL import Image

    def run():
        for file in files:
            Image.open(io.BytesIO(file)).convert("L").load()

    return PIL.__version__, rates(run, len(files))


def rates(run, images):
    run()
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        found.append(images / (time.perf_counter() - start))
    return found


def main():
    files = [open(path, "rb").read() for path in sys.argv[1:]]
    result = {}
    for name, run in (("opencv", opencv), ("pillow", pillow)):
        try:
            version, found = run(files)
            result[name] = {"version": version, "rates": found}
        except ImportError as error:
            result[name] = {"absent": str(error)}
    print(json.dumps(result))


main()

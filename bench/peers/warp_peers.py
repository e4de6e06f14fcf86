"""Rotates, zooms and standardises 224 x 224 u8 images to float32 on one thread, in batches of 32, as people do it in Python. Prints one JSON object:
peer name -> {"version", "rates": [images/s of each run]} or {"absent": reason}. Usage: warp_peers.py"""
import json
import time

RUNS, IMAGES, BATCH, SIZE = 7, 256, 32, 224


def opencv():
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    random = np.random.RandomState(0)
    x, y = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    images = [
        (128 + 60 * np.sin(x / (9 + i % 7)) * np.cos(y / 11) + random.randint(0, 16, (SIZE, SIZE))).astype(np.uint8) for i in range(IMAGES)
    ]
    centre = ((SIZE - 1) / 2, (SIZE - 1) / 2)
    matrices = [cv2.getRotationMatrix2D(centre, a, 1 / z) for a, z in zip(random.uniform(-36, 36, IMAGES), random.uniform(0.8, 1.2, IMAGES))]
    warped = np.empty((SIZE, SIZE), np.uint8)
    output = np.empty((BATCH, SIZE, SIZE), np.float32)

    def run():
        for i in range(IMAGES):
            cv2.warpAffine(images[i], matrices[i], (SIZE, SIZE), warped, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            sample = output[i % BATCH]
            np.subtract(warped, np.float32(139), out=sample)
            np.multiply(sample, np.float32(1 / 62.5), out=sample)

    return cv2.__version__, rates(run)


def rates(run):
    run()
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        found.append(IMAGES / (time.perf_counter() - start))
    return found


def main():
    try:
        version, found = opencv()
        result = {"opencv": {"version": version, "rates": found}}
    except ImportError as error:
        result = {"opencv": {"absent": str(error)}}
    print(json.dumps(result))


main()

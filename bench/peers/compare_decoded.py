#!/usr/bin/env python3
"""Compares the accepted files of a fuzzing run (CHESTXRAY_FUZZ_DUMP) with OpenCV's grey of the same bytes.

    /usr/bin/python3 compare_decoded.py FOLDER

Prints JSON: how many agree, which differ, which OpenCV refuses. Exits 1 if any pixel differs.
"""
import glob
import json
import os
import struct
import sys

import cv2
import numpy

cv2.setNumThreads(1)
result = {"same": 0, "different": [], "refused_by_opencv": []}
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.file"))):
    with open(path[:-4] + "grey", "rb") as file:
        data = file.read()
    width, height = struct.unpack("<ii", data[:8])
    ours = numpy.frombuffer(data, numpy.uint8, offset=8).reshape(height, width)
    theirs = cv2.imdecode(numpy.fromfile(path, numpy.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    if theirs is None:
        result["refused_by_opencv"].append(os.path.basename(path))
    elif numpy.array_equal(ours, theirs):
        result["same"] += 1
    else:
        result["different"].append(os.path.basename(path))
json.dump(result, sys.stdout, indent=2)
print()
sys.exit(1 if result["different"] else 0)

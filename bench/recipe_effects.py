#!/usr/bin/env python3
"""What each part of the recipe `improved`, the pixels' rounding and the options change, over seeds of the same files and split.

    bench/recipe_effects.py PROGRAM DATA OUT [SEEDS] [EPOCHS]

PROGRAM is the chestxray executable. Each run's JSON document lands in OUT; runs that are there are not repeated. Prints a Markdown table: mean and
sample deviation over the seeds, and the paired difference from `guide` (same seed, same test images) with its standard error.
"""
import json
import math
import pathlib
import statistics
import subprocess
import sys

CONFIGURATIONS = {
    "guide": (["--loss", "both"]),
    "improved": (["--loss", "both", "--recipe", "improved"]),
    "pixels u16": (["--loss", "weighted", "--pixels", "u16"]),
    "one-turn": (["--loss", "weighted", "--recipe", "one-turn"]),
    "rare-copies": (["--loss", "weighted", "--recipe", "rare-copies"]),
    "stream-weights": (["--loss", "weighted", "--recipe", "stream-weights"]),
    "chosen-thresholds": (["--loss", "weighted", "--recipe", "chosen-thresholds"]),
    "exact-augmentation": (["--loss", "weighted", "--exact-augmentation"]),
    "label-smoothing 0.1": (["--loss", "weighted", "--label-smoothing", "0.1"]),
    "focal 2": (["--loss", "weighted", "--focal", "2"]),
}


def run(program, data, out, name, options, seed, epochs):
    document = out / f"{name.replace(' ', '_')}-{seed}.json"
    if not document.exists():
        folder = out / f"run-{name.replace(' ', '_')}-{seed}"
        print(f"{name}, seed {seed} ...", file=sys.stderr, flush=True)
        done = subprocess.run(
            [program, "train", "--data", data, "--cache", str(out / "cache"), "--out", str(folder), "--epochs", str(epochs), "--patience", "0",
             "--seed", str(seed), "--json", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{name}, seed {seed}: {done.stderr.strip().splitlines()[-1]}")
        document.write_text(done.stdout)
    return json.loads(document.read_text())


def measures(document, loss):
    model = document["models"][loss]
    test = model["test"]
    return {
        "validation loss": model["history"][-1]["validation"]["loss"],
        "mean AUC": test["mean_roc_auc"],
        "positives detected %": test["at_threshold"]["detected_positive_percent"],
        "negatives detected %": test["at_threshold"]["detected_negative_percent"],
        "macro F1": statistics.mean(finding["scores"]["f1_score"] for finding in test["per_disease"].values()),
    }


def spread(values):
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}" if len(values) > 1 else f"{values[0]:.4f}"


def main():
    program, data, out = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    seeds, epochs = (int(value) for value in (sys.argv[4:] + ["5", "6"][len(sys.argv[4:]):])[:2])
    out.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, options in CONFIGURATIONS.items():
        documents = [run(program, data, out, name, options, seed, epochs) for seed in range(seeds)]
        for loss in documents[0]["models"]:
            rows[name, loss] = [measures(document, loss) for document in documents]
    columns = list(next(iter(rows.values()))[0])
    print("| | loss | " + " | ".join(columns) + " | mean AUC against `guide` |\n|---|---|" + "---|" * (len(columns) + 1))
    for (name, loss), found in rows.items():
        differences = [a["mean AUC"] - b["mean AUC"] for a, b in zip(found, rows["guide", loss])]
        paired = "" if name == "guide" or seeds < 2 else \
            f"{statistics.mean(differences):+.4f} ± {statistics.stdev(differences) / math.sqrt(seeds):.4f}"
        print(f"| {name} | {loss} | " + " | ".join(spread([run[column] for run in found]) for column in columns) + f" | {paired} |")


if __name__ == "__main__":
    main()

"""Makes ScikitLearnCases.cs: random cases as scikit-learn measures them. Run once; the tests need no Python.

    python3 scikit_learn_cases.py > ScikitLearnCases.cs
"""
import warnings

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.metrics import (average_precision_score, brier_score_loss, precision_recall_curve,
                             precision_recall_fscore_support, roc_auc_score, roc_curve)

warnings.filterwarnings("ignore")


class Draw:
    """The linear congruential generator that the tests repeat."""

    def __init__(self, seed):
        self.state = seed

    def next(self, levels):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return (self.state >> 16) % levels


def case(seed, count, levels, one_in):
    """one_in 0: no positive; 1: all positive."""
    draw = Draw(seed)
    p, y = [], []
    for _ in range(count):
        p.append(draw.next(levels) / (levels - 1))
        y.append(0 if one_in == 0 else int(draw.next(one_in) == 0))
    return np.array(p), np.array(y)


def number(x):
    return "null" if x is None or np.isnan(x) else repr(float(x))


def single(seed, count, levels, one_in):
    p, y = case(seed, count, levels, one_in)
    both = 0 < y.sum() < len(y)
    precision, recall, _ = precision_recall_curve(y, p)
    true, said = calibration_curve(y, p, n_bins=10)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    sizes = np.bincount(bins, minlength=10)
    error = float(np.sum(sizes[sizes > 0] / len(p) * np.abs(true - said)))
    scores = precision_recall_fscore_support(y, (p > 0.5).astype(int), labels=[1], zero_division=0)
    has = y.sum() > 0
    values = [
        number(roc_auc_score(y, p) if both else None), str(len(roc_curve(y, p)[0])) if both else "null",
        number(average_precision_score(y, p) if has else None), str(len(precision)) if has else "null",
        number(np.dot(precision, np.arange(1, len(precision) + 1)) if has else None),
        number(np.dot(recall, np.arange(1, len(recall) + 1)) if has else None),
        number(brier_score_loss(y, p, pos_label=1)), number(error), str(len(true)),
        *(number(score[0]) for score in scores[:3]),
    ]
    return f"        new({seed}, {count}, {levels}, {one_in}, {', '.join(values[:4])},\n            {', '.join(values[4:])}),"


def averages(seed, rows, columns, levels, one_in):
    p, y = case(seed, rows * columns, levels, one_in)
    p, y = p.reshape(rows, columns), y.reshape(rows, columns)
    y[:, 0] = 0  # nobody has the first
    y[:, 1] = 1  # everybody has the second
    values = []
    for kind in ("micro", "macro", "weighted", "samples"):
        values += [number(v) for v in precision_recall_fscore_support(y, p > 0.5, average=kind, zero_division=0)[:3]]
    return f"        new({seed}, {rows}, {columns}, {levels}, {one_in},\n            [{', '.join(values[:6])},\n            {', '.join(values[6:])}]),"


rng = Draw(2026)
singles = [(rng.next(30000), 2 + rng.next(150), 2 + rng.next(40), (2, 3, 10, 0, 1)[i % 5 if i % 10 > 5 else i % 3]) for i in range(60)]
singles += [(7, 2000, 1000, 3), (8, 2000, 11, 5), (9, 1, 2, 1), (10, 1, 2, 0), (11, 500, 2, 2), (12, 300, 101, 1), (13, 300, 101, 0)]
multis = [(21, 40, 5, 11, 3), (22, 200, 14, 101, 10), (23, 1, 3, 5, 2), (24, 64, 7, 3, 2)]
print(f"""namespace ChestXray.Model.Tests.Evaluation;

/// <summary>Random cases as scikit-learn {sklearn.__version__} measures them; made by scikit_learn_cases.py beside this file.</summary>
internal static class ScikitLearnCases
{{
    public static readonly IReadOnlyList<Single> Singles =
    [""")
for arguments in singles:
    print(single(*arguments))
print("""    ];

    public static readonly IReadOnlyList<Averages> Multilabel =
    [""")
for arguments in multis:
    print(averages(*arguments))
print("""    ];

    /// <summary>One column. Weighted sums stand for whole curves: point times its place from 1.</summary>
    internal sealed record Single(
        uint Seed, int Count, int Levels, int OneIn, double? Auc, int? RocPoints, double? AveragePrecision, int? PrPoints,
        double? PrecisionSum, double? RecallSum, double Brier, double CalibrationError, int Bins, double Precision, double Recall, double F1);

    /// <summary>Several columns; the first has no positive, the second no negative. Precision, recall, F1 of micro, macro, weighted, samples.</summary>
    internal sealed record Averages(uint Seed, int Rows, int Columns, int Levels, int OneIn, double[] Values);
}""")

"""
Measures and trains the semantics model: train.py ROWS OUT_FOLDER [--quick]

ROWS is the JSON that run.ts makes of the labelled templates (rows.ts). Writes OUT_FOLDER/semantics.onnx (without a declaration),
semantics-declared.onnx and semantics.json (features, calibration, thresholds), and beside ROWS
figures.json: what nested cross-validation by data-set family gave.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime
from evaluation import (
    Calibration,
    Data,
    boosting_and_forest,
    bootstrap,
    f1,
    nested,
    out_of_fold,
    precision,
    recall,
    three_boostings,
    weights_of,
)
from onnx_trees import to_onnx

SEED = 20240529
REPEATS = 3


def matrix(rows, kind):
    names = list(rows[0][kind])
    return names, np.array([[row[kind][name] for name in names] for row in rows], np.float32)


def summary(results, y, families, rows):
    """Mean over the repeats; the intervals are drawn over families on the first repeat's scores."""
    out = {}
    for name, measure, column in (
        ("f1", f1, 1),
        ("precision", precision, 1),
        ("recall", recall, 1),
        ("warning_precision", precision, 2),
        ("warning_recall", recall, 2),
    ):
        values = [float(measure(result[column][rows], y[rows])) for result in results]
        flagged = results[0][column]
        interval = bootstrap(lambda at: measure(flagged[rows][at], y[rows][at]), families[rows])
        out[name] = {"mean": float(np.mean(values)), "repeats": values, "interval": interval}
    out["templates"], out["altering"] = int(rows.sum()), int(y[rows].sum())
    return out


def reliability(results, y):
    """Scores in tenths: how many, their mean, and how many truly alter."""
    score = np.concatenate([result[0] for result in results])
    truth = np.tile(y, len(results))
    table = []
    for low in np.arange(0, 1, 0.1):
        inside = (score >= low) & (score < low + 0.1 if low < 0.9 else score <= 1)
        if inside.any():
            table.append(
                {
                    "from": round(float(low), 1),
                    "templates": int(inside.sum() / len(results)),
                    "score": float(score[inside].mean()),
                    "altering": float(truth[inside].mean()),
                }
            )
    return table


def export(data, names, file, folder):
    """Trains on everything; calibration and thresholds come from scores out of fold."""
    everything = np.ones(len(data.y), bool)
    raw = out_of_fold(data, everything, 10, SEED)
    calibration = Calibration(raw, data.y, weights_of(data.families))
    model = data.fit(everything, SEED)
    onnx = to_onnx(model, len(names))
    (folder / file).write_bytes(onnx)
    # The exported trees must decide as the trained ones do.
    session = onnxruntime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    differ = np.abs(session.run(None, {"input": data.x})[0][:, 0] - model.predict_proba(data.x)[:, 1]).max()
    assert differ < 1e-4, differ
    return {
        "file": file,
        "features": names,
        "slope": calibration.slope,
        "offset": calibration.offset,
        "information": calibration.information,
        "warning": calibration.warning,
    }


def main():
    rows_file, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rows = json.loads(rows_file.read_text())
    repeats = 1 if "--quick" in sys.argv else REPEATS
    y = np.array([row["alters"] for row in rows])
    families = np.array([row["family"] for row in rows])
    everything = np.ones(len(rows), bool)
    names, x = matrix(rows, "features")
    plain = Data(x, y, families, three_boostings)
    declared_names, declared = matrix(rows, "declared")
    with_person = Data(declared, y, families, boosting_and_forest)

    # Rows whose declaration can be made without their own label, and those of tasks that have a target to declare.
    can_leave_out = np.array(["declaredWithout" in row for row in rows])
    left_out = declared.copy()
    left_out[can_leave_out] = matrix([row for row in rows if "declaredWithout" in row], "declaredWithout")[1]
    declarable = np.array([row["declarable"] for row in rows])

    undeclared = [nested(plain, SEED + repeat)[0] for repeat in range(repeats)]
    pairs = [nested(with_person, SEED + repeat, [left_out]) for repeat in range(repeats)]
    full, without = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    figures = {
        "seed": SEED,
        "families": len(set(families)),
        "undeclared": {**summary(undeclared, y, families, everything), "calibration": reliability(undeclared, y)},
        "declared": {**summary(full, y, families, everything), "calibration": reliability(full, y)},
        "declaredTargetsOnly": summary(full, y, families, declarable),
        "declaredLeaveOneOut": summary(without, y, families, can_leave_out),
    }
    folder.mkdir(parents=True, exist_ok=True)
    description = {
        "version": 1,
        "seed": SEED,
        "undeclared": export(plain, names, "semantics.onnx", folder),
        "declared": export(with_person, declared_names, "semantics-declared.onnx", folder),
    }
    (folder / "semantics.json").write_text(json.dumps(description, indent=2) + "\n")
    rows_file.with_name("figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    for name in ("undeclared", "declared", "declaredTargetsOnly", "declaredLeaveOneOut"):
        print(name, {key: round(value["mean"], 3) for key, value in figures[name].items() if "mean" in str(value)[:8]})


main()

"""Cross-validation of the semantics model by data-set family, nested so that no threshold sees its test fold."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression

# Precision asked of a warning when its threshold is chosen; the surplus over 0.85 is for unseen data.
WARNING_PRECISION = 0.88
# Calibrated score from which a template is flagged: not tuned, a little below even odds, where F1 is best
# when the classes overlap.
INFORMATION = 0.45
FOLDS = 10
INNER = 5


def boosting(seed):
    return HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.06,
        max_leaf_nodes=10,
        min_samples_leaf=15,
        l2_regularization=5,
        max_features=0.2,
        early_stopping=False,
        random_state=seed,
    )


def forest(seed):
    return RandomForestClassifier(
        n_estimators=100, min_samples_leaf=3, max_features=0.25, class_weight="balanced", random_state=seed
    )


def three_boostings(seed):
    """The mean of three: what one makes of few families moves with its seed."""
    return VotingClassifier([(f"boosting{n}", boosting(seed + n)) for n in range(3)], voting="soft")


def boosting_and_forest(seed):
    return VotingClassifier([("boosting", boosting(seed)), ("forest", forest(seed))], voting="soft")


def raw_scores(model, x):
    """Log odds of the model's uncalibrated probability."""
    p = np.clip(model.predict_proba(x)[:, 1], 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def weights_of(families):
    """Families of many like templates count less each: one over the root of the family's size."""
    names, index, counts = np.unique(families, return_inverse=True, return_counts=True)
    return counts[index] ** -0.5


def split(families, folds, seed):
    """Boolean test masks, each family in one of them."""
    names = np.unique(families)
    np.random.RandomState(seed).shuffle(names)
    return [np.isin(families, part) for part in np.array_split(names, folds)]


class Data:
    """Features [n, d], whether each template alters its task, its family, and what is to be trained on them."""

    def __init__(self, x, y, families, make_model):
        self.x, self.y, self.families, self.make_model = x, y, np.asarray(families), make_model

    def fit(self, train, seed):
        weights = weights_of(self.families[train])
        return self.make_model(seed).fit(self.x[train], self.y[train], sample_weight=weights)


def out_of_fold(data, rows, folds, seed):
    """Raw scores (log odds) of the rows, each from a model that did not see its family."""
    raw = np.full(len(data.y), np.nan)
    for test in split(data.families[rows], folds, seed):
        held = np.zeros(len(data.y), bool)
        held[np.flatnonzero(rows)[test]] = True
        model = data.fit(rows & ~held, seed)
        raw[held] = raw_scores(model, data.x[held])
    return raw[rows]


class Calibration:
    """Platt scaling of the log odds, and the two thresholds on the calibrated score."""

    def __init__(self, raw, y, weights):
        fit = LogisticRegression(C=1e6).fit(raw[:, None], y, weights)
        self.slope, self.offset = float(fit.coef_[0, 0]), float(fit.intercept_[0])
        score = self.score(raw)
        self.information = INFORMATION
        self.warning = max(self.information, precise_threshold(score, y, WARNING_PRECISION))

    def score(self, raw):
        return 1 / (1 + np.exp(-(self.slope * raw + self.offset)))


def counts(flagged, y):
    return np.sum(flagged & y), np.sum(flagged & ~y), np.sum(~flagged & y)


def f1(flagged, y):
    tp, fp, fn = counts(flagged, y)
    return 2 * tp / max(1, 2 * tp + fp + fn)


def precision(flagged, y):
    tp, fp, _ = counts(flagged, y)
    return tp / max(1, tp + fp)


def recall(flagged, y):
    tp, _, fn = counts(flagged, y)
    return tp / max(1, tp + fn)


def precise_threshold(score, y, wanted):
    """The lowest threshold from which the precision reaches what is wanted, and still does a little above it."""
    grid = np.linspace(0.3, 0.98, 137)
    values = np.array([precision(score >= at, y) for at in grid])
    for number, at in enumerate(grid):
        if (values[number : number + 20] >= wanted).all():
            return float(at)
    return 1.0


def nested(data, seed, tests=None):
    """
    Each family's scores from a model, a calibration and thresholds made without it.
    `tests` are further feature matrices to score, row for row. Returns for each matrix
    (score, flagged, warned).
    """
    matrices = [data.x] + (tests or [])
    results = [(np.zeros(len(data.y)), np.zeros(len(data.y), bool), np.zeros(len(data.y), bool)) for _ in matrices]
    for number, test in enumerate(split(data.families, FOLDS, seed)):
        train = ~test
        raw = out_of_fold(data, train, INNER, seed * 100 + number)
        calibration = Calibration(raw, data.y[train], weights_of(data.families[train]))
        model = data.fit(train, seed)
        for matrix, (score, flagged, warned) in zip(matrices, results):
            score[test] = calibration.score(raw_scores(model, matrix[test]))
            flagged[test] = score[test] >= calibration.information
            warned[test] = score[test] >= calibration.warning
    return results


def bootstrap(measure, families, times=1000, seed=0):
    """95 % interval of a measure over row indices, drawing whole families with replacement."""
    names = np.unique(families)
    members = {name: np.flatnonzero(families == name) for name in names}
    random = np.random.RandomState(seed)
    values = [
        measure(np.concatenate([members[name] for name in random.choice(names, len(names))])) for _ in range(times)
    ]
    return [float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))]

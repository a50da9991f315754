"""scikit-learn doing what Inkling does, one request a line on stdin, one answer a line on stdout, both JSON.

Times are milliseconds of processor time ("cpu") and of the clock ("wall"), of the work itself: no start, no reading.
"""
import json
import sys
import time
import warnings

import numpy as np
from scipy.special import logsumexp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
texts = []
X = None
model = None


def timed(work):
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    times = {"cpu": 1e3 * (time.process_time() - cpu), "wall": 1e3 * (time.perf_counter() - wall)}
    return times, result


def read(path):
    global texts
    with open(path, encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    return {"records": len(texts)}


def vectorize():
    global X
    times, X = timed(lambda: TfidfVectorizer(sublinear_tf=True).fit_transform(texts))
    return {**times, "terms": X.shape[1]}


def gradient_length(rows, classes, count, C, W, b):
    """Of the objective with penalty 1 and rows weighted by C."""
    Z = rows @ W.T + b
    P = np.exp(Z - logsumexp(Z, axis=1, keepdims=True))
    P[np.arange(len(classes)), classes] -= 1
    G = C * (rows.T @ P).T + W
    return float(np.sqrt((np.asarray(G) ** 2).sum() + ((C * P.sum(0)) ** 2).sum()))


def fit(rows, classes, C, solver, balanced):
    """The gradient's length at the end as a share of its length at zero weights says how exact the solver was."""
    global model
    rows, classes = X[rows], np.asarray(classes)
    # Only the columns that these rows hold: a full-width fit would be far slower, and is what `choose` times.
    rows = rows[:, np.unique(rows.indices)]
    model = LogisticRegression(C=C, solver=solver, tol=1e-4, max_iter=3000, multi_class="multinomial",
                               class_weight="balanced" if balanced else None)
    times, _ = timed(lambda: model.fit(rows, classes))
    if balanced or len(model.classes_) == 2:
        return times
    K = len(model.classes_)
    where = np.searchsorted(model.classes_, classes)
    zero = gradient_length(rows, where, K, C, np.zeros_like(model.coef_), np.zeros(K))
    reached = gradient_length(rows, where, K, C, model.coef_, model.intercept_)
    return {**times, "tolerance": reached / zero}


def fit_roughly(rows, classes):
    """A few steps will do: what predicting costs does not depend on the weights."""
    global model
    model = LogisticRegression(max_iter=3, multi_class="multinomial").fit(X[rows], np.asarray(classes))
    return {}


def stats():
    P = model.predict_proba(X)
    two = np.partition(P, P.shape[1] - 2, axis=1)
    return two[:, -1] - two[:, -2], -(P * np.log(P + 1e-300)).sum(1)


def score():
    times, (margins, _) = timed(stats)
    return {**times, "mean": float(margins.mean())}


def choose(rows, classes, C, size):
    """A whole round: full-width fit, predict_proba, the smallest margins."""
    global model
    known, classes = X[rows], np.asarray(classes)

    def work():
        global model
        model = LogisticRegression(C=C, max_iter=3000, multi_class="multinomial").fit(known, classes)
        P = model.predict_proba(X)
        two = np.partition(P, P.shape[1] - 2, axis=1)
        margins = two[:, -1] - two[:, -2]
        return np.argpartition(margins, size)[:size]

    times, chosen = timed(work)
    return {**times, "chosen": len(chosen)}


for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(globals()[request.pop("do")](**request)), flush=True)

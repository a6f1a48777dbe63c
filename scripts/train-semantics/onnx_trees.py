"""Writes the models' trees as ONNX: input [n, d] floats, output `probability` [n, 1]."""

import numpy as np
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier


def not_above(thresholds):
    """The largest float32 at or below each threshold, so that comparing floats decides as comparing doubles."""
    rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)


class Trees:
    """The flat lists that TreeEnsembleRegressor takes."""

    def __init__(self):
        self.nodes = {key: [] for key in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids")}
        self.leaves = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
        self.count = 0

    def add(self, feature, threshold, left, right, leaf, weight):
        threshold = not_above(np.where(leaf, 0.0, threshold))
        for node in range(len(feature)):
            self.nodes["treeids"].append(self.count)
            self.nodes["nodeids"].append(node)
            self.nodes["featureids"].append(0 if leaf[node] else int(feature[node]))
            self.nodes["modes"].append("LEAF" if leaf[node] else "BRANCH_LEQ")
            self.nodes["values"].append(float(threshold[node]))
            self.nodes["truenodeids"].append(0 if leaf[node] else int(left[node]))
            self.nodes["falsenodeids"].append(0 if leaf[node] else int(right[node]))
            if leaf[node]:
                self.leaves["treeids"].append(self.count)
                self.leaves["nodeids"].append(node)
                self.leaves["ids"].append(0)
                self.leaves["weights"].append(float(weight[node]))
        self.count += 1

    def node(self, output, base, aggregate):
        attributes = {f"nodes_{key}": value for key, value in self.nodes.items()}
        attributes |= {f"target_{key}": value for key, value in self.leaves.items()}
        return helper.make_node(
            "TreeEnsembleRegressor",
            ["input"],
            [output],
            domain="ai.onnx.ml",
            n_targets=1,
            base_values=[base],
            aggregate_function=aggregate,
            **attributes,
        )


def boosting_nodes(model, name):
    trees = Trees()
    for (predictor,) in model._predictors:
        n = predictor.nodes
        trees.add(n["feature_idx"], n["num_threshold"], n["left"], n["right"], n["is_leaf"].astype(bool), n["value"])
    base = float(np.ravel(model._baseline_prediction)[0])
    return [trees.node(f"{name}_odds", base, "SUM"), helper.make_node("Sigmoid", [f"{name}_odds"], [name])]


def forest_nodes(model, name):
    trees = Trees()
    for estimator in model.estimators_:
        tree = estimator.tree_
        share = tree.value[:, 0, :]
        weight = share[:, 1] / share.sum(axis=1)
        trees.add(tree.feature, tree.threshold, tree.children_left, tree.children_right, tree.children_left < 0, weight)
    return [trees.node(name, 0.0, "AVERAGE")]


def to_onnx(voting, features):
    """The mean of a fitted VotingClassifier's members."""
    nodes, outputs = [], []
    for number, member in enumerate(voting.estimators_):
        name = f"member{number}"
        make = boosting_nodes if isinstance(member, HistGradientBoostingClassifier) else forest_nodes
        nodes += make(member, name)
        outputs.append(name)
    nodes.append(helper.make_node("Mean", outputs, ["probability"]))
    graph = helper.make_graph(
        nodes,
        "semantics",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()

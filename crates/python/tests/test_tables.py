"""The scores as a table of other libraries."""

import importlib.util
import unittest

from rrgscore import Scorer

REFERENCES = ["No effusion.", "The heart is large."]


def needs(name):
    return unittest.skipUnless(importlib.util.find_spec(name), f"{name} is not installed")


class Tables(unittest.TestCase):
    def setUp(self):
        answers = {"a": "[Matched Findings]:\n1. x"}
        scorer = Scorer(["bleu2", "green"], [], missing="exclude")
        self.result = scorer.score(REFERENCES, REFERENCES, ids=["a", "=b"], green_responses=answers)
        self.expected = {
            "study_id": ["a", "=b"],
            "bleu_score": [1.0, 1.0],
            "green_score": [1.0, None],
        }

    @needs("pyarrow")
    def test_arrow(self):
        import pyarrow

        table = pyarrow.table(self.result)
        self.assertEqual(table.to_pydict(), self.expected)
        self.assertEqual(table.column("bleu_score").type, pyarrow.float64())
        # A stream is read once, but each asks for one of its own.
        self.assertEqual(pyarrow.table(self.result), table)

    @needs("polars")
    def test_polars(self):
        import polars

        frame = polars.DataFrame(self.result)
        self.assertEqual(frame.to_dict(as_series=False), self.expected)

    @needs("duckdb")
    @needs("pyarrow")
    def test_duckdb(self):
        import duckdb

        result = self.result
        rows = duckdb.sql("select count(*), avg(bleu_score), count(green_score) from result")
        self.assertEqual(rows.fetchall(), [(2, 1.0, 1)])
        del result

    @needs("pandas")
    def test_pandas(self):
        import pandas

        frame = self.result.to_pandas()
        self.assertEqual(list(frame.columns), list(self.expected))
        self.assertEqual(str(frame.dtypes["green_score"]).lower(), "float64")
        self.assertEqual(frame["green_score"].isna().tolist(), [False, True])
        self.assertEqual(frame["bleu_score"].mean(), 1.0)
        self.assertEqual(frame["green_score"].mean(), 1.0)
        references = pandas.Series(["a", pandas.NA, None], dtype="string")
        result = Scorer("bleu2", []).score(references, pandas.Series(["a", "b", "c"]))
        self.assertEqual(result.ids, ["1"])
        import numpy

        for missing in (numpy.float32("nan"), numpy.nan, pandas.NaT):
            self.assertEqual(Scorer("bleu2", []).score(["a", missing], ["a", "b"]).ids, ["1"])
        ids = Scorer("bleu2", []).score(["a"], numpy.array(["a"]), ids=numpy.array([7]))
        self.assertEqual(ids.ids, ["7"])

    @needs("polars")
    @needs("pyarrow")
    def test_columns_are_taken_as_lists_are(self):
        import polars
        import pyarrow

        for column in (
            polars.Series(REFERENCES),
            pyarrow.array(REFERENCES),
            pyarrow.chunked_array([REFERENCES[:1], REFERENCES[1:]]),
        ):
            result = Scorer("bleu2", []).score(column, column)
            self.assertEqual(result["bleu2"], [1.0, 1.0])

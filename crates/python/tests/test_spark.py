"""``rrgscore.spark`` on a cluster of two cores in this machine, against one run.

pyspark is too large to be fetched for a test; it is used where ``RRGSCORE_TEST_LIBRARIES`` or the
interpreter has it."""

import importlib.util
import os
import shutil
import sys
import unittest
from pathlib import Path

import rrgscore
from common import folder, pack

MISSING = [name for name in ("pyspark", "pyarrow") if importlib.util.find_spec(name) is None]
MISSING += [] if shutil.which("java") else ["Java"]

SENTENCES = (
    "No pleural effusion.",
    "The heart is normal in size.",
    "Small left effusion, unchanged.",
    "Lungs are clear.",
    "No acute bony abnormality.",
    "Mild cardiomegaly.",
    "Température élevée.",
)


def report(seed):
    return " ".join(SENTENCES[(seed * 5 + more * more) % 7] for more in range(seed % 4 + 1))


class BatchTest(unittest.TestCase):
    def test_what_cannot_be_scored_by_rows_is_refused(self):
        from rrgscore.spark import BatchScorer

        for metric in ("bertscore-idf", "coco-cider"):
            with self.assertRaisesRegex(ValueError, metric):
                BatchScorer((metric,))
        with self.assertRaisesRegex(ValueError, "name the metrics"):
            BatchScorer(())
        with self.assertRaisesRegex(ValueError, "exclude"):
            BatchScorer(("bleu2",), missing="refuse")

    @unittest.skipIf("pyarrow" in MISSING, "not here: pyarrow")
    def test_what_breaks_over_a_row_takes_no_other_along(self):
        import pyarrow
        from rrgscore.spark import BatchScorer

        class Breaking(BatchScorer):
            """As if a thread broke over one of the reports, and all of its job were lost."""

            def _rows(self, references, candidates):
                if "POISON" in candidates:
                    return [([None], "its worker stopped")] * len(references)
                return super()._rows(references, candidates)

        texts = [report(at) for at in range(20)]
        batch = {"id": list(range(20)), "reference": texts, "prediction": list(texts)}
        batch["prediction"][13] = "POISON"
        (scored,) = Breaking(("bleu2",))([pyarrow.RecordBatch.from_pydict(batch)])
        rows = scored.to_pylist()
        self.assertEqual([row["id"] for row in rows if row["failed"]], ["13"])
        one = rrgscore.Scorer(["bleu2"]).score(texts, texts)["bleu2"]
        one[13] = None
        self.assertEqual([row["bleu2"] for row in rows], one)


@unittest.skipIf(MISSING, f"not here: {', '.join(MISSING)}")
class SparkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        # Where this process finds the packages, the workers do.
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        session = SparkSession.builder.master("local[2,3]").appName("rrgscore")
        for setting, value in {
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
            "spark.sql.shuffle.partitions": "2",
        }.items():
            session = session.config(setting, value)
        cls.session = session.getOrCreate()
        cls.session.sparkContext.setLogLevel("OFF")

    @classmethod
    def tearDownClass(cls):
        cls.session.stop()

    def frame(self, rows, partitions=4):
        schema = "id string, reference string, prediction string"
        return self.session.createDataFrame(rows, schema).repartition(partitions)

    def test_ten_thousand_rows_are_those_of_one_run(self):
        from rrgscore import spark

        metrics = ["bleu2", "rouge-l", "semb", "radgraph-f1"]
        packs = [pack("chexbert.pth"), pack("radgraph.tar.gz")]
        rows = [(f"s{at}", report(at * 3), report(at * 7 + at // 50)) for at in range(10_000)]
        scored = spark.score(self.frame(rows), metrics, packs).collect()
        one = rrgscore.Scorer(metrics, packs).score(
            [row[1] for row in rows], [row[2] for row in rows], [row[0] for row in rows]
        )
        by_id = {row["id"]: row for row in scored}
        self.assertEqual(len(scored), len(rows))
        self.assertEqual(len(by_id), len(rows))
        lines = one.files()["scores.csv"].splitlines()
        self.assertEqual(len(lines), len(rows) + 1)
        for metric in metrics:
            # The same bits.
            ours = [by_id[study][metric].hex() for study in one.ids]
            self.assertEqual(ours, [value.hex() for value in one[metric]], metric)
        self.assertTrue(all(row["failed"] is None for row in scored))

    def test_a_row_that_cannot_be_scored_fails_alone(self):
        from rrgscore import spark

        rows = [(f"s{at}", report(at), report(at + 1)) for at in range(50)]
        rows[7] = ("s7", None, "No effusion.")
        rows[8] = ("s8", "No effusion.", None)
        scored = spark.score(self.frame(rows), ["bleu2"]).collect()
        failed = {row["id"] for row in scored if row["failed"] is not None}
        self.assertEqual(failed, {"s7", "s8"})
        self.assertEqual({row["id"] for row in scored if row["bleu2"] is None}, failed)
        self.assertEqual(len(scored), 50)
        empty = spark.score(self.frame(rows), ["bleu2"], missing="empty").collect()
        self.assertEqual([row["id"] for row in empty if row["bleu2"] is None], ["s7"])
        self.assertEqual([row["bleu2"] for row in empty if row["id"] == "s8"], [0.0])

    def test_a_task_that_is_retried_counts_once(self):
        from rrgscore.spark import BatchScorer

        rows = [(f"s{at}", report(at), report(at + 1)) for at in range(5_000)]
        batch = BatchScorer(("bleu2",))
        marks = str(folder(self))

        def breaking(batches):
            from pathlib import Path

            from pyspark import TaskContext

            context = TaskContext.get()
            for at, scored in enumerate(batch(batches)):
                if at == 1 and context.attemptNumber() == 0 and context.partitionId() == 1:
                    Path(marks, "broke").touch()
                    raise RuntimeError("as if the executor were killed")
                yield scored

        scored = self.frame(rows, 2).mapInArrow(breaking, batch.schema()).collect()
        self.assertTrue(Path(marks, "broke").exists())
        self.assertEqual(sorted(row["id"] for row in scored), sorted(row[0] for row in rows))
        one = rrgscore.Scorer(["bleu2"]).score(
            [row[1] for row in rows], [row[2] for row in rows], [row[0] for row in rows]
        )
        by_id = {row["id"]: row["bleu2"] for row in scored}
        self.assertEqual([by_id[study] for study in one.ids], one["bleu2"])


if __name__ == "__main__":
    unittest.main()

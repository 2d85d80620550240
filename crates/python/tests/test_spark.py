"""``rrgscore.spark`` on clusters of two cores in this machine, against one run: threads of one
process, and executors that are processes of their own.

Where pyspark or Java is not, this says so and tests batches alone.
"""

import importlib.util
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import rrgscore
from common import CHECKPOINTS, folder, pack
from rrgscore import InputError

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
        from rrgscore.spark import BatchScorer, _Row

        class Breaking(BatchScorer):
            """As if a thread broke over one of the reports, and all of its job were lost."""

            def _rows(self, ids, references, candidates):
                if "POISON" in candidates:
                    return [_Row([None], "its worker stopped")] * len(references)
                return super()._rows(ids, references, candidates)

        texts = [report(at) for at in range(20)]
        batch = {"id": list(range(20)), "reference": texts, "prediction": list(texts)}
        batch["prediction"][13] = "POISON"
        (scored,) = Breaking(("bleu2",))([pyarrow.RecordBatch.from_pydict(batch)])
        rows = scored.to_pylist()
        self.assertEqual([row["id"] for row in rows if row["failed"]], ["13"])
        one = rrgscore.Scorer(["bleu2"]).score(texts, texts)["bleu2"]
        one[13] = None
        self.assertEqual([row["bleu2"] for row in rows], one)


class OnSpark(unittest.TestCase):
    """A session of Spark, which a class of tests has for itself."""

    MASTER: str
    #: Rows in a batch.
    BATCH = 1000

    @classmethod
    def setUpClass(cls):
        import pyspark
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        # Executors are started by what lies there.
        os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
        # Where this process finds the packages, the workers do.
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        session = SparkSession.builder.master(cls.MASTER).appName("rrgscore")
        for setting, value in {
            "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"],
            "spark.executor.memory": "512m",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.execution.arrow.maxRecordsPerBatch": str(cls.BATCH),
            "spark.sql.shuffle.partitions": "2",
        }.items():
            session = session.config(setting, value)
        cls.session = session.getOrCreate()
        # What was sent to executors must stay: Spark looks at it again for each job.
        cls.sent = tempfile.TemporaryDirectory(prefix="rrgscore-sent-")
        cls.addClassCleanup(cls.sent.cleanup)
        cls.session.sparkContext.setLogLevel("OFF")

    @classmethod
    def tearDownClass(cls):
        cls.session.stop()

    @classmethod
    def one_run(cls, metrics, rows, packs=(), **options):
        """The same rows in one run without Spark."""
        ids, references, candidates = zip(*rows)
        return rrgscore.Scorer(metrics, packs, **options).score(references, candidates, ids)

    def same(self, gathered, one):
        """Whether a gathered result is a run's, to the byte, but for the hash of its input."""
        ours, theirs = gathered.files(), one.files()
        self.assertEqual(ours.keys(), theirs.keys())
        summaries = [json.loads(files.pop("summary.json")) for files in (ours, theirs)]
        inputs = [summary.pop("inputs") for summary in summaries]
        self.assertEqual(ours, theirs)
        self.assertEqual(*map(json.dumps, summaries))
        self.assertEqual([len(given) for given in inputs], [1, 1])
        self.assertEqual(str(gathered), str(one))

    def frame(self, rows, partitions=4):
        schema = "id string, reference string, prediction string"
        return self.session.createDataFrame(rows, schema).repartition(partitions)


@unittest.skipIf(MISSING, f"not here: {', '.join(MISSING)}")
class SparkTest(OnSpark):
    MASTER = "local[2,3]"

    def test_ten_thousand_rows_are_one_run_to_the_byte(self):
        from rrgscore import spark

        metrics = ["bleu2", "rouge-l", "semb", "radgraph-f1"]
        packs = [pack("chexbert.pth"), pack("radgraph.tar.gz")]
        rows = [(f"s{at:05}", report(at * 3), report(at * 7 + at // 50)) for at in range(10_000)]
        scored = spark.score(self.frame(rows), metrics, packs, summary=True).cache()
        one = self.one_run(metrics, rows, packs, missing="exclude")
        result = spark.result(scored.orderBy("id"))
        self.same(result, one)
        # With F1-CheXbert, intervals and signature, by the code that merges shards.
        self.assertIsNotNone(result.summary["chexbert_f1"])
        self.assertEqual(result.signature, one.signature)
        by_id = {row["id"]: row for row in scored.collect()}
        for metric in metrics:
            # The same bits.
            ours = [by_id[study][metric].hex() for study in one.ids]
            self.assertEqual(ours, [value.hex() for value in one[metric]], metric)
        self.assertTrue(all(row["failed"] is None for row in by_id.values()))
        with self.assertRaisesRegex(InputError, "not here"):
            result.reasons(0)
        scored.unpersist()

    def test_a_row_that_cannot_be_scored_fails_alone(self):
        from rrgscore import spark

        rows = [(f"s{at:02}", report(at), report(at + 1)) for at in range(50)]
        rows[7] = ("s07", None, "No effusion.")
        rows[8] = ("s08", "No effusion.", None)
        rows[9] = ("s09", "No effusion.", " NA ")
        frame = spark.score(self.frame(rows), ["bleu2"], summary=True)
        # What is counted of rows without a report is counted as one run counts it.
        one = self.one_run(["bleu2"], rows, missing="exclude")
        self.same(spark.result(frame.orderBy("id")), one)
        scored = frame.collect()
        failed = {row["id"] for row in scored if row["failed"] is not None}
        self.assertEqual(failed, {"s07", "s08", "s09"})
        self.assertEqual({row["id"] for row in scored if row["bleu2"] is None}, failed)
        self.assertEqual(len(scored), 50)
        empty = spark.score(self.frame(rows), ["bleu2"], missing="empty").collect()
        self.assertEqual([row["id"] for row in empty if row["bleu2"] is None], ["s07"])
        self.assertEqual([row["bleu2"] for row in empty if row["id"] in ("s08", "s09")], [0.0] * 2)
        with self.assertRaisesRegex(ValueError, "summary=True"):
            spark.result(spark.score(self.frame(rows), ["bleu2"]))

    def test_packs_can_be_sent_to_the_executors(self):
        from rrgscore import spark

        sent = rrgscore.build_pack(
            CHECKPOINTS / "chexbert.pth",
            self.sent.name,
            with_=CHECKPOINTS / "bert-base-uncased",
            precision="f32",
            measure=False,
            single_file=True,
        )
        rows = [(f"s{at}", report(at), report(at + 1)) for at in range(4)]
        one = self.one_run(["semb"], rows, [sent])["semb"]
        self.session.sparkContext.addFile(str(sent))
        scored = spark.score(self.frame(rows, 1), ["semb"], packs=sent.name).collect()
        by_id = {row["id"]: row["semb"] for row in scored}
        self.assertEqual([by_id[row[0]] for row in rows], one)

    def test_a_killed_workers_task_is_retried_and_counts_once(self):
        from rrgscore import spark
        from rrgscore.spark import BatchScorer

        rows = [(f"s{at:04}", report(at), report(at + 1)) for at in range(5_000)]
        batch = BatchScorer(("bleu2",), summary=True)
        marks = str(folder(self))

        def breaking(batches):
            import os
            import signal
            from pathlib import Path

            from pyspark import TaskContext

            context = TaskContext.get()
            for at, scored in enumerate(batch(batches)):
                if at == 1 and context.attemptNumber() == 0 and context.partitionId() == 1:
                    Path(marks, "broke").touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                yield scored

        scored = self.frame(rows, 2).mapInArrow(breaking, batch.schema()).cache()
        self.assertEqual(sorted(row["id"] for row in scored.collect()), [row[0] for row in rows])
        self.assertTrue(Path(marks, "broke").exists())
        one = self.one_run(["bleu2"], rows, missing="exclude")
        self.same(spark.result(scored.orderBy("id")), one)
        scored.unpersist()


@unittest.skipIf(MISSING, f"not here: {', '.join(MISSING)}")
@unittest.skipUnless(Path("/proc/self/stat").exists(), "not here: /proc, to find executors in")
class ExecutorTest(OnSpark):
    """Two executors of one core, each a process of its own, as on two machines."""

    MASTER = "local-cluster[2,1,1024]"
    BATCH = 100

    def test_a_killed_executors_tasks_are_retried_and_no_study_counts_twice(self):
        from rrgscore import spark
        from rrgscore.spark import BatchScorer

        rows = [(f"s{at:04}", report(at), report(at + 1)) for at in range(1_200)]
        metrics, packs = ["bleu2", "semb"], [pack("chexbert.pth")]
        batch = BatchScorer(tuple(metrics), tuple(map(str, packs)), summary=True)
        marks = folder(self)
        place = str(marks)

        def breaking(batches):
            import os
            import signal
            from pathlib import Path

            from pyspark import TaskContext

            def parent(process):
                # The name, in brackets, may hold anything.
                return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])

            # Workers are forked by a daemon that the executor has started.
            executor = parent(os.getppid())
            context = TaskContext.get()
            name = f"{context.partitionId()}.{context.taskAttemptId()}"
            Path(place, f"{name}.began").write_text(str(executor))
            for at, scored in enumerate(batch(batches)):
                if at == 1 and context.partitionId() == 2:
                    try:
                        # Once, whoever comes first.
                        with open(Path(place, "killed"), "x") as file:
                            file.write(f"{executor} {name}")
                    except FileExistsError:
                        pass
                    else:
                        # As when their machine fails: a worker outlives its executor otherwise.
                        os.kill(executor, signal.SIGKILL)
                        os.kill(os.getpid(), signal.SIGKILL)
                yield scored
            Path(place, f"{name}.ended").touch()

        scored = self.frame(rows, 4).mapInArrow(breaking, batch.schema()).cache()
        ids = sorted(row["id"] for row in scored.collect())
        self.assertEqual(ids, [row[0] for row in rows])
        killed, task = (marks / "killed").read_text().split()
        with self.assertRaises(ProcessLookupError):
            os.kill(int(killed), 0)
        # What it was at was begun and not ended there, and begun again elsewhere.
        self.assertFalse((marks / f"{task}.ended").exists())
        executors = {path.read_text() for path in marks.glob("2.*.began")}
        self.assertGreater(len(executors), 1)
        self.assertIn(killed, executors)
        one = self.one_run(metrics, rows, packs, missing="exclude")
        self.same(spark.result(scored.orderBy("id")), one)
        scored.unpersist()


if __name__ == "__main__":
    unittest.main()

"""The store's Parquet on a Spark cluster, whose workers must reach it under the same path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import ibis
import ibis.expr.types as ir

from coverage_lib.config import SparkSetting
from coverage_lib.engines.extracts import of_days
from coverage_lib.errors import ConfigError
from coverage_lib.intake.store import StoredPeriod

#: Nobody watches a batch run; what the profile says comes after.
_OPTIONS = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


@contextmanager
def spark_tables(
    engine: SparkSetting, stored: StoredPeriod, in_use: Mapping[str, Collection[date]]
) -> Iterator[Mapping[str, ir.Table]]:
    """The tables of a pull as views of a session of its own.

    A Spark application that this process runs already is used and left running; one that is
    started here ends with the block. Raises ConfigError where pyspark or Java is missing,
    or the cluster does not answer.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            "the profile's engine is spark, which is not installed: run pip install '.[spark]'."
        ) from None
    # Spark's Java exceptions reach Python through it.
    from py4j.protocol import Py4JError  # noqa: PLC0415

    running = SparkSession.getActiveSession()
    if running is None:
        builder = SparkSession.builder.appName("cakupan").master(engine.master)
        try:
            started = builder.config(map={**_OPTIONS, **engine.options}).getOrCreate()
        except (PySparkException, Py4JError) as error:
            raise ConfigError(_why_not_started(engine, error)) from None
    else:
        started = running
    try:
        connection = ibis.pyspark.connect(started.newSession())
        yield {
            name: of_days(
                connection.read_parquet((stored.folder / name).resolve().as_uri(), table_name=name),
                in_use.get(name),
            )
            for name in stored.tables
        }
    finally:
        if running is None:
            started.stop()


def _why_not_started(engine: SparkSetting, error: Exception) -> str:
    if "JAVA_GATEWAY_EXITED" in str(error):
        return (
            "Spark needs Java 17 or 21, which was not found: install one, and name its folder in "
            "JAVA_HOME where there are several."
        )
    return (
        f"Spark at {engine.master} cannot be used ({type(error).__name__}): check that the master "
        "runs there and that its version is that of pyspark."
    )

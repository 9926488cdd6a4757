"""The engines that the tests of this folder run on: real ones, once a test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import java_home, postgresql_server, spark_cluster

from coverage_lib.config import SparkSetting


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    with postgresql_server() as address:
        yield address


@pytest.fixture(scope="session")
def spark_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSetting]:
    """A cluster with an application of this process on it, which the tests share."""
    folder: Path = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as environment, spark_cluster(folder) as master:
        environment.setenv("JAVA_HOME", str(java_home(folder)))
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        from pyspark.sql import SparkSession  # noqa: PLC0415

        engine = SparkSetting(
            master,
            {
                "spark.executor.memory": "1g",
                # Of a handful of rows every task more is only time; two show that order does not matter.
                "spark.sql.shuffle.partitions": "2",
                "spark.default.parallelism": "2",
                "spark.sql.adaptive.enabled": "false",
                "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": "false",
                "spark.log.level": "ERROR",
            },
        )
        session = SparkSession.builder.master(master).config(map=engine.options).getOrCreate()
        try:
            yield engine
        finally:
            session.stop()

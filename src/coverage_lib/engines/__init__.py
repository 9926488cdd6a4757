"""Where measures are computed: the tables of a pull, as Ibis tables on DuckDB, PostgreSQL or Spark.

Indicators are written once and never ask which engine they run on; the same figures come
out of each, which tests demand.
"""

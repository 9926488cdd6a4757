"""One way each to bring a register into Parquet: ours, a bare copy, the same steps in pandas."""

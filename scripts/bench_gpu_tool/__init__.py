"""`scripts/bench_gpu`: from a decoder's rate to cameras held, on a machine with a GPU."""

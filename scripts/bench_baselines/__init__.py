"""What others do, as programs of their own: measured against, and never imported by the product.

Each takes one JSON file (`scripts.bench_baselines.plan.Plan`) and writes what it does as lines of
JSON. They are written as their own documentation shows it, with the settings that serve them best.
"""

"""Generated street scenes with exact truth: for the demo, the evaluation and training."""

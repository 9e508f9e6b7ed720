"""The PyAV corner: the only place that imports libav, used by inference and scripts alone."""

"""Makes PyPI's torchvision, which is linked to CUDA, importable beside a CPU-only torch.

Its extension does not load there, and its import fails because the operator `torchvision::nms` is
unknown. That operator, defined here in plain torch, is all that detection needs.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch

_KEPT: list[Any] = []


def install() -> bool:
    """Define what is missing; False when the real extension loads."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    try:
        for extension in Path(spec.origin).parent.glob("_C*.so"):
            torch.ops.load_library(str(extension))
            return False
    except OSError:
        pass
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.impl(name, _nms, "CPU")
    _KEPT.append(library)
    import torchvision.extension

    torchvision.extension._has_ops = lambda: True  # noqa: SLF001 - torchvision.ops.nms asks it
    return True


def _nms(boxes: Any, scores: Any, iou_threshold: float) -> Any:
    order = scores.argsort(0, descending=True)
    if order.numel() == 0:
        return order
    x1, y1, x2, y2 = boxes.unbind(1)
    area = (x2 - x1).clamp(0) * (y2 - y1).clamp(0)
    keep = []
    while order.numel() > 0:
        best, rest = order[0], order[1:]
        keep.append(best)
        width = (torch.minimum(x2[best], x2[rest]) - torch.maximum(x1[best], x1[rest])).clamp(0)
        height = (torch.minimum(y2[best], y2[rest]) - torch.maximum(y1[best], y1[rest])).clamp(0)
        common = width * height
        order = rest[common / (area[best] + area[rest] - common) <= iou_threshold]
    return torch.stack(keep)

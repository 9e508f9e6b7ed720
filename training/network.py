"""The detector's network: YOLOX-Nano (Ge et al. 2021, arXiv:2107.08430), written for fine-tuning.

Follows the layout of Megvii's implementation (Apache-2.0) so that its published weights fit. Two
things differ: batch normalisation is folded into the convolutions, as in the published export, and
the first layer's rearrangement of pixels is part of its convolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

WIDTHS = (64, 128, 256)
"""Channels of the three levels, strides 8, 16 and 32."""

STRIDES = (8, 16, 32)


class Conv(nn.Module):
    """A convolution with its activation; the size halves with stride 2."""

    def __init__(self, inside: int, outside: int, size: int, stride: int = 1, groups: int = 1):
        super().__init__()
        # An even kernel is the first layer's: it sees 6 x 6 pixels as 3 x 3 blocks of 2 x 2.
        padding = (size - 1) // 2
        self.conv = nn.Conv2d(inside, outside, size, stride, padding, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outside, H / stride, W / stride)."""
        return nn.functional.silu(self.conv(x))


class Separable(nn.Module):
    """A convolution per channel, then one across channels."""

    def __init__(self, inside: int, outside: int, size: int, stride: int = 1):
        super().__init__()
        self.depthwise = Conv(inside, inside, size, stride, groups=inside)
        self.pointwise = Conv(inside, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outside, H / stride, W / stride)."""
        out: Tensor = self.pointwise(self.depthwise(x))
        return out


class Bottleneck(nn.Module):
    """1 x 1, then 3 x 3 separable, with or without a shortcut."""

    def __init__(self, channels: int, shortcut: bool):
        super().__init__()
        self.conv1 = Conv(channels, channels, 1)
        self.conv2 = Separable(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """Return the shape that came."""
        out: Tensor = self.conv2(self.conv1(x))
        return out + x if self.shortcut else out


class CrossStage(nn.Module):
    """Cross stage partial layer: half of the channels go through the bottlenecks."""

    def __init__(self, inside: int, outside: int, depth: int, shortcut: bool = True):
        super().__init__()
        half = outside // 2
        self.conv1 = Conv(inside, half, 1)
        self.conv2 = Conv(inside, half, 1)
        self.blocks = nn.Sequential(*(Bottleneck(half, shortcut) for _ in range(depth)))
        self.conv3 = Conv(outside, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outside, H, W)."""
        through, past = self.conv1(x), self.conv2(x)
        out: Tensor = self.conv3(torch.cat((self.blocks(through), past), dim=1))
        return out


class Pyramid(nn.Module):
    """Spatial pyramid pooling: maxima over 5, 9 and 13 cells beside the cell itself."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = Conv(channels, channels // 2, 1)
        self.pools = nn.ModuleList(nn.MaxPool2d(size, 1, size // 2) for size in (5, 9, 13))
        self.conv2 = Conv(channels * 2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the shape that came."""
        x = self.conv1(x)
        out: Tensor = self.conv2(torch.cat((x, *(pool(x) for pool in self.pools)), dim=1))
        return out


class Backbone(nn.Module):
    """CSPDarknet of a quarter of the width and a third of the depth."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv(3, 16, 6, 2)
        self.dark2 = nn.Sequential(Separable(16, 32, 3, 2), CrossStage(32, 32, 1))
        self.dark3 = nn.Sequential(Separable(32, 64, 3, 2), CrossStage(64, 64, 3))
        self.dark4 = nn.Sequential(Separable(64, 128, 3, 2), CrossStage(128, 128, 3))
        self.dark5 = nn.Sequential(
            Separable(128, 256, 3, 2), Pyramid(256), CrossStage(256, 256, 1, shortcut=False)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the features of strides 8, 16 and 32."""
        c3 = self.dark3(self.dark2(self.stem(x)))
        c4 = self.dark4(c3)
        return c3, c4, self.dark5(c4)


class Neck(nn.Module):
    """Path aggregation: what the coarse levels know goes down, then what the fine ones see up."""

    def __init__(self) -> None:
        super().__init__()
        self.lateral5, self.lateral4 = Conv(256, 128, 1), Conv(128, 64, 1)
        self.top4 = CrossStage(256, 128, 1, shortcut=False)
        self.top3 = CrossStage(128, 64, 1, shortcut=False)
        self.down3, self.down4 = Separable(64, 64, 3, 2), Separable(128, 128, 3, 2)
        self.out4 = CrossStage(128, 128, 1, shortcut=False)
        self.out5 = CrossStage(256, 256, 1, shortcut=False)

    def forward(self, features: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Return the levels of strides 8, 16 and 32, channels as `WIDTHS`."""
        c3, c4, c5 = features
        p5 = self.lateral5(c5)
        p4 = self.lateral4(self.top4(torch.cat((_doubled(p5), c4), dim=1)))
        n3 = self.top3(torch.cat((_doubled(p4), c3), dim=1))
        n4 = self.out4(torch.cat((self.down3(n3), p4), dim=1))
        n5 = self.out5(torch.cat((self.down4(n4), p5), dim=1))
        return n3, n4, n5


class Branch(nn.Module):
    """The decoupled head of one level: classes on one side, box and objectness on the other."""

    def __init__(self, inside: int, classes: int):
        super().__init__()
        self.stem = Conv(inside, 64, 1)
        self.class_convs = nn.Sequential(Separable(64, 64, 3), Separable(64, 64, 3))
        self.class_out = nn.Conv2d(64, classes, 1)
        self.box_convs = nn.Sequential(Separable(64, 64, 3), Separable(64, 64, 3))
        self.box_out = nn.Conv2d(64, 4, 1)
        self.object_out = nn.Conv2d(64, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, cells of the level, 5 + C)."""
        x = self.stem(x)
        classes = self.class_out(self.class_convs(x))
        box = self.box_convs(x)
        out = torch.cat((self.box_out(box), self.object_out(box), classes), dim=1)
        return out.flatten(2).transpose(1, 2)


class StreetNano(nn.Module):
    """Pictures in, one row per cell out."""

    def __init__(self, classes: int):
        super().__init__()
        self.backbone = Backbone()
        self.neck = Neck()
        self.branches = nn.ModuleList(Branch(width, classes) for width in WIDTHS)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return (B, N, 5 + C) over the cells of strides 8, 16, 32, row by row.

        pictures: (B, 3, H, W) BGR 0..255, sides multiples of 32. A row is x, y offset from the
        cell in strides, log of width and height in strides, then logits: objectness, C classes.
        """
        levels: Sequence[Tensor] = self.neck(self.backbone(pictures))
        rows = [branch(level) for branch, level in zip(self.branches, levels, strict=True)]
        return torch.cat(rows, dim=1)


class WithScores(nn.Module):
    """The network as it is exported: scores 0..1 instead of logits."""

    def __init__(self, network: StreetNano):
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        """Return (B, N, 5 + C) as `models.heads.yolox` reads it."""
        rows = self.network(pictures)
        return torch.cat((rows[..., :4], rows[..., 4:].sigmoid()), dim=2)


def _doubled(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")

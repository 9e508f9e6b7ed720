"""The training loop: learning pictures in, an averaged network out. No files, no arguments."""

from __future__ import annotations

import copy
import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.augment import prepared
from training.loss import Cells, Target, detection_loss, distillation_loss
from training.network import StreetNano
from training.shelf import Sample, Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a training goes. `steps` of `batch` learning pictures, `size` (width, height) each.

    `rate` is the peak learning rate; `teach` how strongly the old network is listened to where it
    is to be believed; `mosaics` the share of learning pictures made of four; `average` the decay
    of the running average of the weights that is kept in the end.
    """

    steps: int = 4000
    batch: int = 16
    size: tuple[int, int] = (416, 416)
    rate: float = 2e-4
    warm_up: int = 100
    teach: float = 1.0
    mosaics: float = 0.4
    average: float = 0.998
    seed: int = 0


def fit(
    network: StreetNano,
    shelves: Sequence[tuple[Shelf, float]],
    labels: Sequence[str],
    recipe: Recipe,
    device: torch.device,
) -> StreetNano:
    """Return a trained copy of the network.

    shelves: what to learn from, each with its share of the pictures.
    """
    torch.manual_seed(recipe.seed)
    teacher = copy.deepcopy(network).to(device).eval() if recipe.teach else None
    learner = copy.deepcopy(network).to(device).train()
    averaged = copy.deepcopy(learner).eval()
    optimiser = torch.optim.AdamW(_groups(learner), lr=recipe.rate)
    cells = Cells.of(*recipe.size, device)
    noted = 0.0
    for step, batch in enumerate(_batches(shelves, recipe)):
        rate = _rate(step, recipe)
        for group in optimiser.param_groups:
            group["lr"] = rate
        pictures = _tensor(batch).to(device).contiguous(memory_format=torch.channels_last)
        rows = learner(pictures)
        loss = detection_loss(rows, [target_of(sample, labels) for sample in batch], cells)
        believed = [index for index, sample in enumerate(batch) if sample.believed]
        if teacher is not None and believed:
            with torch.no_grad():
                said = teacher(pictures[believed])
            which = torch.ones(len(believed), device=device)
            share = recipe.teach * len(believed) / len(batch)
            loss = loss + share * distillation_loss(rows[believed], said, which)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 10.0)
        optimiser.step()
        _average(averaged, learner, min(recipe.average, (1 + step) / (10 + step)))
        now = float(loss.detach())
        noted = now if not step else 0.98 * noted + 0.02 * now
        if step % 20 == 0:
            log.info("step %d of %d, loss %.3f, rate %.2g", step, recipe.steps, noted, rate)
    done: StreetNano = averaged.cpu()
    return done


def blend(old: StreetNano, new: StreetNano, share: float) -> StreetNano:
    """Return the network between two: what was known is kept better than the last step keeps it.

    Averaging a fine-tuned network with the one it came from is Wortsman et al. 2022
    (arXiv:2109.01903). share: 0 is the old one, 1 the new one.
    """
    mixed = copy.deepcopy(new)
    with torch.no_grad():
        pairs = zip(mixed.parameters(), old.parameters(), strict=True)
        for ours, theirs in pairs:
            ours.lerp_(theirs, 1.0 - share)
    return mixed


def target_of(sample: Sample, labels: Sequence[str]) -> Target:
    """Return a sample's truth with labels as numbers; what has another label is left out."""
    kept = [index for index, label in enumerate(sample.labels) if label in labels]
    classes = np.array([labels.index(sample.labels[index]) for index in kept], np.int64)
    return Target(sample.boxes[kept].reshape(-1, 4), classes, sample.ignored)


def _batches(shelves: Sequence[tuple[Shelf, float]], recipe: Recipe) -> Iterator[list[Sample]]:
    random = np.random.default_rng(recipe.seed)
    shares = np.array([share for _, share in shelves])
    shares = shares / shares.sum()

    def drawn() -> Sample:
        shelf = shelves[int(random.choice(len(shelves), p=shares))][0]
        return shelf[int(random.integers(len(shelf)))]

    for _ in range(recipe.steps):
        counts = [4 if random.random() < recipe.mosaics else 1 for _ in range(recipe.batch)]
        yield [prepared([drawn() for _ in range(n)], recipe.size, random) for n in counts]


def _tensor(batch: Sequence[Sample]) -> Tensor:
    pictures = np.stack([sample.pixels for sample in batch])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float()


def _groups(network: StreetNano) -> list[dict[str, object]]:
    """Return the parameters; only kernels decay."""
    kernels = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [
        {"params": kernels, "weight_decay": 5e-4},
        {"params": others, "weight_decay": 0.0},
    ]


def _rate(step: int, recipe: Recipe) -> float:
    if step < recipe.warm_up:
        return recipe.rate * (step + 1) / recipe.warm_up
    gone = (step - recipe.warm_up) / max(1, recipe.steps - recipe.warm_up)
    return recipe.rate * (0.05 + 0.95 * 0.5 * (1.0 + math.cos(math.pi * gone)))


def _average(averaged: StreetNano, learner: StreetNano, decay: float) -> None:
    with torch.no_grad():
        for kept, fresh in zip(averaged.parameters(), learner.parameters(), strict=True):
            kept.lerp_(fresh, 1.0 - decay)

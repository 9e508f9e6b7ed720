"""How sure a count is: intervals of a share and of a rate."""

from __future__ import annotations

from math import sqrt

from scipy.special import gammaincinv

Z_95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of the share `found` / `of`.

    (0.0, 1.0) when nothing was counted.

    Raises:
        ValueError: `found` is negative or more than `of`.
    """
    if not 0 <= found <= of:
        raise ValueError(f"{found} of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    share, spread = found / of, Z_95 * Z_95 / of
    centre = share + spread / 2
    half = Z_95 * sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = (centre - half) / (1 + spread), (centre + half) / (1 + spread)
    # At the ends the formula is exact but for rounding.
    return (0.0 if found == 0 else low), (1.0 if found == of else high)


def rate_at_most(count: int, hours: float) -> float:
    """Return the one-sided 95 % upper bound of a rate per hour (exact Poisson).

    `count` events in `hours`; infinite when nothing was watched.

    Raises:
        ValueError: a negative number.
    """
    if count < 0 or hours < 0:
        raise ValueError("counts and hours are 0 or more")
    if hours == 0:
        return float("inf")
    return float(gammaincinv(count + 1, 0.95)) / hours

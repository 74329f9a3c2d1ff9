"""The arithmetic of a comparison: what a figure, a ratio, a spread and a band are.

A benchmark gives one value per guest: the smallest of its rounds inside that guest, which is what is left when
nothing disturbed it.  Over the guests:

    figure   the median of these values
    ratio    ours / Linux for times, Linux / ours for rates: below 1 we are better, always
    spread   half the distance between the quartiles of the ratios of the single rounds, relative to their median:
             each round compares two guests that ran one after the other, so what changes slowly cancels out
    band     of the ratio, see BANDS
"""

import math
import statistics

BANDS = ((0.90, "faster"), (1.10, "ok"), (1.40, "marginal"))
WORST = "regression"
RATES = ("ops/s",)              # units of which more is better


def figure(values):
    """The median, or None of nothing."""
    return statistics.median(values) if values else None


def ratio(ours, theirs, unit):
    """Below 1: we are better. None if it cannot be told."""
    if ours is None or theirs is None:
        return None
    above, below = (theirs, ours) if unit in RATES else (ours, theirs)
    if below <= 0:
        return None
    return above / below


def spread(ours, theirs, unit):
    """Of the ratios of rounds that both have; ours and theirs are {round: value}. None below two."""
    ratios = [r for n in ours if n in theirs and (r := ratio(ours[n], theirs[n], unit)) is not None]
    return spread_of(ratios)


def spread_of(values):
    """Half the distance of the quartiles, relative to the median."""
    middle = figure(values)
    if len(values) < 2 or not middle:
        return None
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2 / middle


def band(value):
    if value is None:
        return None
    return next((name for limit, name in BANDS if value <= limit), WORST)


def geometric_mean(values):
    """None of nothing; zero and below cannot be counted and are left out."""
    logs = [math.log(value) for value in values if value and value > 0]
    return math.exp(sum(logs) / len(logs)) if logs else None

"""How often groups of opinion are told of when there are none, and found when there are.

`make bench-opinion` prints what docs/decisions/0050 quotes. The draws have a truth that is
known, and a seed: the same everywhere. The tests use the same draws.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np


sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from debates.opinion import groups
from debates.opinion.partition import adjusted_rand


RUNS = 200


def noise(seed, people, statements=20, missing=0.2):
    """Everybody votes on each statement by chance alone; some pass, some have not come so far."""
    random = np.random.default_rng([seed, people])
    liked = random.uniform(0.15, 0.85, statements)
    votes = np.where(random.random((people, statements)) < liked, 1.0, -1.0)
    votes[random.random(votes.shape) < 0.1] = 0
    votes[random.random(votes.shape) < missing] = np.nan
    return votes


def camps(seed, people, *, statements=20, share=0.5, sure=0.9, apart=1.0, missing=0.3, count=2):
    """People of camps that differ on a part of the statements; the votes and who is of which."""
    random = np.random.default_rng([seed, people, count])
    if count == 2:
        camp = (random.random(people) < share).astype(int)
    else:
        camp = random.integers(count, size=people)
    liked = np.tile(random.uniform(0.3, 0.7, statements), (count, 1))
    disputed = int(statements * apart)
    if count == 2:
        first = random.random(disputed) < 0.5
        liked[0, :disputed] = np.where(first, sure, 1 - sure)
        liked[1, :disputed] = 1 - liked[0, :disputed]
    else:
        liked[:, :disputed] = np.where(random.random((count, disputed)) < 0.5, sure, 1 - sure)
    votes = np.where(random.random((people, statements)) < liked[camp], 1.0, -1.0)
    votes[random.random(votes.shape) < 0.05] = 0
    votes[random.random(votes.shape) < missing] = np.nan
    return votes, camp


def likeness(found, camp):
    told = found.labels >= 0
    return adjusted_rand(camp[told], found.labels[told])


def told_of_noise(people, **how):
    """In how many draws of nothing groups are told of, and in how many the first test says so."""
    answers = Counter(groups.find(noise(seed, people, **how)).why_not for seed in range(RUNS))
    beyond = answers[None] + answers[groups.Why.TOO_SMALL] + answers[groups.Why.UNSTABLE]
    return answers[None] / RUNS, beyond / RUNS


def told_ever(**how):
    """The same if it is asked again after every ten people, from 40 to 150."""
    told = 0
    for seed in range(RUNS):
        votes = noise(seed, 150, **how)
        told += any(groups.find(votes[:n]).why_not is None for n in range(40, 151, 10))
    return told / RUNS


def found_in(people, **how):
    """How often camps are told of, how often rightly (ARI of 0.9 or more), and the mean ARI."""
    told, right, alike = 0, 0, []
    for seed in range(RUNS):
        votes, camp = camps(seed, people, **how)
        answer = groups.find(votes)
        if answer.labels is not None:
            told += 1
            alike.append(likeness(answer, camp))
            right += alike[-1] >= 0.9
    return told / RUNS, right / RUNS, float(np.mean(alike)) if alike else 0.0


def main() -> None:
    started = time.perf_counter()
    print(f"{RUNS} draws each. No groups at all: told of / beyond chance in the first test")
    for statements, missing in ((12, 0.1), (20, 0.2), (20, 0.5)):
        for people in (15, 25, 40, 80, 150):
            told, beyond = told_of_noise(people, statements=statements, missing=missing)
            gaps = f"{missing:.0%} not voted"
            print(
                f"  {statements} statements, {gaps}, {people:3} people: {told:.1%} / {beyond:.1%}"
            )
    print(f"  20 statements, asked again after every ten people from 40 to 150: {told_ever():.1%}")
    print("Camps: told of / rightly (ARI of 0.9 or more) / mean ARI")
    for name, how in {
        "clear, even": {},
        "clear, 70 to 30": {"share": 0.3},
        "clear, 85 to 15": {"share": 0.15},
        "half the statements at 80 to 20, 70 to 30": {"share": 0.3, "sure": 0.8, "apart": 0.5},
    }.items():
        for people in (40, 80, 150):
            told, right, mean = found_in(people, **how)
            print(f"  {name}, {people:3} people: {told:6.1%} / {right:6.1%} / {mean:.2f}")
    print(f"{time.perf_counter() - started:.0f} s")
    votes, _camp = camps(1, 5000, statements=60, missing=0.5)
    started = time.perf_counter()
    groups.find(votes)
    print(f"5,000 people on 60 statements: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

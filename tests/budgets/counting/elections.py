"""Elections to count, and the rules of equal shares in the plainest words, to compare with."""

from fractions import Fraction

from hypothesis import HealthCheck, settings, strategies as st

from budgets.counting import Election, Work


MANY = settings(
    max_examples=1000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def election(money, works, ballots, **more):
    """Works as {"a": 300}, ballots as {"a b": 4}: four people chose a and b."""
    return Election(
        money,
        [Work(work, cost) for work, cost in works.items()],
        [(answer.split(), many) for answer, many in ballots.items()],
        **more,
    )


def told(result, work):
    return next(one for one in result["works"] if one["id"] == work)


def points_of(contest):
    """Ballots as {work: points}, one for each voter."""
    return [
        dict(answer) if isinstance(answer, dict) else dict.fromkeys(answer, 1)
        for answer, many in contest.ballots
        for _voter in range(many)
    ]


@st.composite
def elections(draw, works=5, ballots=6, kinds=("approval", "knapsack", "points"), lots=True):
    ids = "abcdefgh"[: draw(st.integers(1, works))]
    costs = draw(st.lists(st.integers(0, 9), min_size=len(ids), max_size=len(ids)))
    kind = draw(st.sampled_from(kinds))
    chosen = st.lists(st.sampled_from(ids), max_size=len(ids), unique=kind == "points")
    if kind == "points":
        chosen = st.dictionaries(st.sampled_from(ids), st.integers(0, 4), max_size=len(ids))
    given = draw(st.lists(st.tuples(chosen, st.integers(1, 3)), max_size=ballots))
    return Election(
        money=draw(st.integers(0, 24)),
        works=[Work(work, cost) for work, cost in zip(ids, costs, strict=True)],
        ballots=given,
        kind=kind,
        lots=draw(st.permutations(ids)) if lots else None,
    )


def equal_shares(completions=("none", "add1", "add1u", "utilitarian"), first=("exact", "floored")):
    return st.fixed_dictionaries(
        {
            "method": st.just("mes"),
            "utility": st.sampled_from(["cost", "cardinality"]),
            "completion": st.sampled_from(completions),
            "exhaustive_stop": st.booleans(),
            "first": st.sampled_from(first),
            "increment": st.integers(1, 3),
            "threshold": st.integers(0, 2),
        }
    )


greedy_rules = st.fixed_dictionaries(
    {
        "method": st.just("greedy"),
        "variant": st.sampled_from(["skip", "no_skip"]),
        "threshold": st.integers(0, 4),
    }
)


def plain_count(contest, rule):
    """The winners in their order, and the prices of those bought in equal shares."""
    ballots, lot, money = points_of(contest), contest.lots.index, contest.money
    cost = {work.id: work.cost for work in contest.works}
    votes = {work: sum(ballot.get(work, 0) for ballot in ballots) for work in cost}
    able = {w for w in cost if votes[w] >= max(1, rule["threshold"]) and cost[w] <= money}

    def by_votes(winners):
        for work in sorted(able - set(winners), key=lambda w: (-votes[w], cost[w], lot(w))):
            if sum(cost[w] for w in winners) + cost[work] <= money:
                winners = [*winners, work]
        return winners

    def bought(endowment):
        left, prices = [endowment] * len(ballots), {}
        while True:
            offers = []
            for work in able - prices.keys():
                voters = [i for i, ballot in enumerate(ballots) if ballot.get(work)]
                due, weight = Fraction(cost[work]), votes[work]
                for i in sorted(voters, key=lambda i: left[i] / ballots[i][work]):
                    if left[i] * weight >= due * ballots[i][work]:
                        break
                    due, weight = due - left[i], weight - ballots[i][work]
                if weight:
                    price = due / weight
                    each = price / ((cost[work] or 1) if rule["utility"] == "cost" else 1)
                    offers.append((each, cost[work], -votes[work], lot(work), work, price))
            if not offers:
                return prices
            *_order, work, price = min(offers)
            prices[work] = price
            left = [
                have - min(have, price * ballot.get(work, 0))
                for have, ballot in zip(left, ballots, strict=True)
            ]

    def exhausted(prices):
        left = money - sum(cost[w] for w in prices)
        return all(cost[w] > left for w in able - prices.keys())

    if not able:
        return [], {}
    first = Fraction(money, len(ballots))
    endowment = first if rule["first"] == "exact" else Fraction(first.__floor__())
    prices, completion = bought(endowment), rule["completion"]
    if completion != "none" and sum(cost[w] for w in able) <= money:
        return by_votes(list(prices)), prices
    while completion in ("add1", "add1u") and able - prices.keys():
        endowment += rule["increment"]
        more = bought(endowment)
        if rule["exhaustive_stop"] and exhausted(prices) or sum(cost[w] for w in more) > money:
            break
        prices = more
    return by_votes(list(prices)) if completion in ("add1u", "utilitarian") else list(
        prices
    ), prices

"""What ageing alone does to need: today's use in each age group, carried forward. Pure.

Not a forecast. Each age group uses what it uses today, and only the number of people changes. The
change is split without remainder into more people and an older make-up of them (E. M. Kitagawa,
"Components of a difference between two rates", Journal of the American Statistical Association 50,
1955), and a lower use in each age group can be tried out on top.
"""

from __future__ import annotations

import polars as pl

#: The age groups the projection knows.
AGES = ("65-79", "80+")
_KEY = ["area_id", "use", "period"]


def carried_forward(
    use: pl.DataFrame, people: pl.DataFrame, *, base: int, healthier: float = 0.0
) -> pl.DataFrame:
    """Carry today's use forward on a projection of people.

    Parameters
    ----------
    use
        One row an area, use and age group: ``area_id, use, age, per_person``; null where hidden.
    people
        One row an area, age group and year: ``area_id, age, period, persons``.
    base
        The year that is "today"; every later year in ``people`` is carried forward to.
    healthier
        Per cent a year by which use falls in every age group, 0 for as today.

    Returns
    -------
    polars.DataFrame
        One row an area, use and year, sorted: ``area_id, use, period, now, then, more, per_cent,
        by_people, by_age, by_health``. ``more`` is the sum of the last three: more people (at the
        mean make-up), an older make-up (at the mean number), and healthier ageing. All are null
        where the use or the people of any age group are not known.

    Raises
    ------
    ValueError
        When ``healthier`` is not from 0 to 100.
    """
    if not 0 <= healthier <= 100:
        raise ValueError(f"healthier is per cent a year, from 0 to 100, not {healthier}")
    known = people.filter(pl.col("age").is_in(AGES)).select("area_id", "age", "period", "persons")
    years = known.filter(pl.col("period") > base)["period"].unique()
    # Every age group of every year must be there: one left out would look like nobody.
    grid = (
        use.select("area_id", "use")
        .unique()
        .join(pl.DataFrame({"period": years}), how="cross")
        .join(pl.DataFrame({"age": AGES}), how="cross")
        .join(
            use.select("area_id", "use", "age", "per_person"),
            on=["area_id", "use", "age"],
            how="left",
        )
        .join(known, on=["area_id", "age", "period"], how="left")
        .join(
            known.filter(pl.col("period") == base).select("area_id", "age", before="persons"),
            on=["area_id", "age"],
            how="left",
        )
    )
    parts = ("per_person", "before", "persons")
    whole = pl.all_horizontal(pl.col(c).is_not_null().all() for c in parts)
    kept = (1 - healthier / 100) ** (pl.col("period") - base)
    n0, n1, u0, u1 = (pl.col(c) for c in ("n0", "n1", "u0", "u1"))
    return (
        grid.group_by(_KEY)
        .agg(
            pl.when(whole).then(pl.col("before").sum()).alias("n0"),
            pl.when(whole).then(pl.col("persons").sum()).alias("n1"),
            pl.when(whole).then((pl.col("per_person") * pl.col("before")).sum()).alias("u0"),
            pl.when(whole).then((pl.col("per_person") * pl.col("persons")).sum()).alias("u1"),
        )
        .with_columns(
            by_people=pl.when((n0 > 0) & (n1 > 0)).then((n1 - n0) * (u0 / n0 + u1 / n1) / 2),
            by_age=pl.when((n0 > 0) & (n1 > 0)).then((u1 / n1 - u0 / n0) * (n0 + n1) / 2),
            by_health=u1 * (kept - 1),
            then=u1 * kept,
        )
        .select(
            *_KEY,
            pl.col("u0").alias("now"),
            "then",
            (pl.col("then") - u0).alias("more"),
            pl.when(u0 > 0).then(100 * (pl.col("then") / u0 - 1)).alias("per_cent"),
            "by_people",
            "by_age",
            "by_health",
        )
        .sort(_KEY)
    )

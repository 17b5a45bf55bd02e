"""Functions over numbers."""

# ruff: noqa: C901 - each declared function counts as a branch
from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel.digits import NUMBERS
from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value

_MAX_SCALE = 6176
_LEAST_SCALE = -6111


def _round(number: Decimal, scale: Decimal, how: str) -> Value:
    if not _LEAST_SCALE <= scale <= _MAX_SCALE:
        return None
    places = int(scale)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    work = NUMBERS.copy()
    work.rounding = how
    work.prec = 34
    shifted = number.scaleb(places, NUMBERS).to_integral_value(how, work)
    return shifted.scaleb(-places, NUMBERS)


def whole(number: Decimal) -> int | None:
    """Return the number as an int, or None if it has a fraction or is out of all reach."""
    if number != number.to_integral_value() or abs(number) > 10**12:
        return None
    return int(number)


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    quotient = NUMBERS.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, quotient))


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""
    for name, how in (
        ("decimal", ROUND_HALF_EVEN), ("round up", ROUND_UP), ("round down", ROUND_DOWN),
        ("round half up", ROUND_HALF_UP), ("round half down", ROUND_HALF_DOWN),
    ):  # fmt: skip
        _rounding(shelf, name, how)
    for name, how in (("floor", ROUND_FLOOR), ("ceiling", ROUND_CEILING)):
        _whole(shelf, name, how)

    @shelf.add("abs(n: number)")
    def _abs(_run: Run, n: Decimal) -> Value:
        return abs(n)

    @shelf.add("abs(n: duration)")
    def _abs_duration(_run: Run, n: MonthsDuration | DaysDuration) -> Value:
        if isinstance(n, MonthsDuration):
            return MonthsDuration(abs(n.months))
        return DaysDuration(-n.days, -n.seconds) if n.total_seconds < 0 else n

    @shelf.add("modulo(dividend: number, divisor: number)")
    def _mod(_run: Run, dividend: Decimal, divisor: Decimal) -> Value:
        return _modulo(dividend, divisor)

    @shelf.add("sqrt(number: number)")
    def _sqrt(run: Run, number: Decimal) -> Value:
        run.spend(20)
        return NUMBERS.sqrt(number)

    @shelf.add("log(number: number)")
    def _log(run: Run, number: Decimal) -> Value:
        run.spend(50)
        return NUMBERS.ln(number) if number > 0 else None

    @shelf.add("exp(number: number)")
    def _exp(run: Run, number: Decimal) -> Value:
        run.spend(50)
        return NUMBERS.exp(number)

    @shelf.add("odd(number: number)")
    def _odd(_run: Run, number: Decimal) -> Value:
        return _modulo(number, Decimal(2)) == 1

    @shelf.add("even(number: number)")
    def _even(_run: Run, number: Decimal) -> Value:
        return _modulo(number, Decimal(2)) == 0


def _rounding(shelf: Shelf, name: str, how: str) -> None:
    @shelf.add(f"{name}(n: number, scale: number)")
    def _work(_run: Run, n: Decimal, scale: Decimal) -> Value:
        return _round(n, scale, how)

    if name != "decimal":

        @shelf.add(f"{name}(n: number)")
        def _no_scale(_run: Run, n: Decimal) -> Value:
            return _round(n, Decimal(0), how)


def _whole(shelf: Shelf, name: str, how: str) -> None:
    @shelf.add(f"{name}(n: number, [scale: number])")
    def _work(_run: Run, n: Decimal, scale: Decimal = Decimal(0)) -> Value:
        return _round(n, scale, how)

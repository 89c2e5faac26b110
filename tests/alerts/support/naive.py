"""What becomes of one number, counted second by second: the evaluator in its simplest form.

It has no due times, no bits and no arrays: every second everything is counted one further.
"""

import math

from statmon.alerts.rules import LIMITS, Rule

REOPENS = 300


class Naive:
    """One series under one rule, told its number (None: unknown) once a second."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.limits = [getattr(rule.levels, name) for name in LIMITS]
        self.passed = [False] * 4
        self.on = [False] * 4
        self.count = [0] * 4
        self.pending_for = self.well_for = 0
        self.phase = "none"
        self.level = 0
        self.known = True
        self.ended_for: float = math.inf
        self.said = {1: 0, -1: 0}
        self.spoken = 0

    def second(self, number: float | None) -> list[tuple[str, int]]:
        told = []
        self.ended_for += 1
        if self.known:
            self.count = [count + 1 for count in self.count]
            self.pending_for += 1
            self.well_for += 1
            told += self._decide()
        if number is None:
            if self.known and self.phase in ("active", "recovering"):
                told.append(("unknown", self.level))
            if self.phase == "none":
                self.passed = [False] * 4
            self.known = False
            return told
        if not self.known:
            self.known = True
            self.count = [0] * 4
            self.well_for = 0
            self.pending_for = 0 if self.phase == "pending" else self.pending_for
            if self.phase in ("active", "recovering"):
                told.append(("known", self.level))
        now = [self._beyond(place, number) for place in range(4)]
        for place in range(4):
            if now[place] != self.passed[place]:
                self.count[place] = 0
        if any(self.passed) and not any(now):
            self.well_for = 0
        if not any(self.passed) and any(now) and self.phase == "none":
            self.phase, self.pending_for = "pending", 0
            if self.ended_for > REOPENS:
                self.ended_for, self.said = math.inf, {1: 0, -1: 0}
        self.passed = now
        return told + self._decide()

    def _beyond(self, place: int, number: float) -> bool:
        limit = self.limits[place]
        if limit is None:
            return False
        own = self.rule.pace(LIMITS[place]).deadband
        band = self.rule.deadband if own is None else own
        high = place >= 2
        if (number >= limit) if high else (number <= limit):
            return True
        inside = limit - band if high else limit + band
        return self.passed[place] and ((number >= inside) if high else (number <= inside))

    def _decide(self) -> list[tuple[str, int]]:
        if self.phase == "none":
            return []
        for place in range(4):
            if self.passed[place] and not self.on[place] and self._lasted(place):
                self.on[place] = True
        for far, near in ((3, 2), (0, 1)):
            if self.on[far] and self.passed[far] and self.passed[near]:
                self.on[near] = True
        counts = any(on and passed for on, passed in zip(self.on, self.passed, strict=True))
        if counts or not any(self.passed):
            for place in range(4):
                if self.on[place] and not self.passed[place] and self._well(place):
                    self.on[place] = False
        return self._say()

    def _lasted(self, place: int) -> bool:
        own = self.rule.pace(LIMITS[place]).persist
        if own is not None:
            return self.count[place] >= own
        return self.pending_for >= self.rule.persist

    def _well(self, place: int) -> bool:
        own = self.rule.pace(LIMITS[place]).recover
        if own is not None:
            return self.count[place] >= own
        return any(self.passed) or self.well_for >= self.rule.recover

    def _say(self) -> list[tuple[str, int]]:
        before, phase = self.level, self.phase
        if phase == "pending":
            if any(self.on):
                self.phase, self.level = "active", level(self.on)
                again = self.ended_for <= REOPENS or self.ended_for < math.inf
                self.ended_for = math.inf
                return self._aloud("relapsed" if again else "raised")
            if not any(self.passed):
                self.phase = "none"
            return []
        if not any(self.on):
            self.phase, self.ended_for = "none", 0
            return [("ended", before)]
        self.level = level(self.on)
        self.phase = "active" if any(self.passed) else "recovering"
        if (phase, self.phase) == ("recovering", "active"):
            return self._aloud("relapsed")
        told = []
        if self.level != before:
            milder = abs(self.level) < abs(before) and self.level * before > 0
            told += self._aloud("milder" if milder else "worse")
        if (phase, self.phase) == ("active", "recovering"):
            told.append(("recovering", self.level))
        return told

    def _aloud(self, change: str) -> list[tuple[str, int]]:
        side = 1 if self.level > 0 else -1
        if abs(self.level) > self.said[side]:
            self.spoken += 1
            self.said[side] = abs(self.level)
        return [(change, self.level)]


def level(on: list[bool]) -> int:
    high = 2 if on[3] else 1 if on[2] else 0
    low = 2 if on[0] else 1 if on[1] else 0
    return high if high >= low else -low

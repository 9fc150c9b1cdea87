"""Which old translation belongs to which message, after the source texts were edited.

Three looks, one after another: the very same message; the same place, leaflet by leaflet, between
messages that are still the same; close wording. What is found only by its place or its wording
has to be reviewed: it is never taken for a translation of the new text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from leafletry.catalogs.alignment import best_alignment, gaps, rising
from leafletry.catalogs.closeness import closeness
from leafletry.content.message_places import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Key = tuple[str | None, str]
"""What a message is found by: its context and its source text."""

_SAME = 3.0
_SAME_KIND = 0.25
_ALIKE = 0.6
_ALIKE_BESIDE = 0.35
_ALIKE_IN_SECTION = 0.45
_ALIKE_ANYWHERE = 0.75
_SHARED_BY_RENAMED = 1 / 3
_MOST_COMPARED = 300_000
"""How many pairs of texts are compared in one place: more than in five leaflets written anew."""


class Fate(Enum):
    """What becomes of a translation: it stays as it is, is whole again, or is to be reviewed."""

    STAYS = "stays"
    WHOLE = "whole"
    REVIEW = "review"


@dataclass(eq=False)
class OldMessage:
    """A message of the old catalog, with its number in the order of that catalog.

    `former` is what its translation translates, where an earlier edit made it fuzzy. `places` are
    lines (0: not known) and what is said of them; there are none where nobody knows any more.
    """

    key: Key
    number: int
    translated: bool
    former: Key | None = None
    in_use: bool = True
    places: list[tuple[int, Standing]] = field(default_factory=list)


@dataclass(eq=False)
class NewMessage:
    """A message as it is now; `former` are words that a writer marked as meaning the same."""

    key: Key
    places: list[tuple[int, Standing]]
    former: list[str] = field(default_factory=list)


Message = TypeVar("Message", OldMessage, NewMessage)


@dataclass(frozen=True)
class Match:
    """The old message whose translation a new one gets."""

    old: OldMessage
    fate: Fate


def match_messages(new: Sequence[NewMessage], old: Sequence[OldMessage]) -> dict[Key, Match]:
    """Give for each new message that gets a translation the old one it comes from.

    Both come in the order of their catalog. No two old messages have the same key. One of them
    can be given to several new ones.
    """
    found = _same_messages(new, old)
    search = _Search(new, old, found)
    search.by_place()
    search.by_wording()
    return found


def _same_messages(new: Sequence[NewMessage], old: Sequence[OldMessage]) -> dict[Key, Match]:
    """Give what needs no guess: the message itself, marked, edited back, or with a new context."""
    translated = [message for message in old if message.translated]
    by_key = {message.key: message for message in translated}
    by_former: dict[Key, OldMessage] = {}
    for former in sorted(translated, key=lambda message: not message.in_use):
        if former.former is not None:
            by_former.setdefault(former.former, former)
    found: dict[Key, Match] = {}
    for message in new:
        marked = [(message.key[0], words) for words in message.former]
        if known := by_key.get(message.key):
            found[message.key] = Match(known, Fate.WHOLE if known.former in marked else Fate.STAYS)
        elif message.key in by_former:
            found[message.key] = Match(by_former[message.key], Fate.WHOLE)
        elif key := next((key for key in marked if key in by_key), None):
            found[message.key] = Match(by_key[key], Fate.STAYS)
        elif key := next((key for key in marked if key in by_former), None):
            found[message.key] = Match(by_former[key], Fate.WHOLE)
    found.update(_relabelled(new, translated, found))
    return found


def _relabelled(
    new: Sequence[NewMessage], translated: Sequence[OldMessage], found: dict[Key, Match]
) -> Iterator[tuple[Key, Match]]:
    """Yield the messages that only got or lost a context, where no other has the same text."""
    now = Counter(message.key[1] for message in new)
    before = Counter(message.key[1] for message in translated)
    by_text = {message.key[1]: message for message in translated}
    for message in new:
        text = message.key[1]
        if message.key not in found and now[text] == before[text] == 1:
            yield message.key, Match(by_text[text], Fate.STAYS)


class _Spot(NamedTuple, Generic[Message]):
    message: Message
    standing: Standing


_Old = list[_Spot[OldMessage]]
_New = list[_Spot[NewMessage]]


class _Search:
    """Looks for translations of the messages that are not found yet, and adds them to `found`."""

    def __init__(
        self, new: Sequence[NewMessage], old: Sequence[OldMessage], found: dict[Key, Match]
    ) -> None:
        """Lay out where everything stood and stands."""
        self.new, self.old, self.found = new, old, found
        by_key = {message.key: message for message in old}
        self.same: dict[Key, OldMessage] = {}
        for message in new:
            match = found.get(message.key)
            if same := match.old if match else by_key.get(message.key):
                self.same[message.key] = same
        self.old_spots = _by_leaflet(old)
        self.new_spots = _by_leaflet(new)
        self.names = self._names_now()
        # How many of its places each old message has lost to another text, or to nothing.
        self.lost = Counter({m: max(1, len(m.places)) for m in old if m.in_use})
        for message in new:
            if same := self.same.get(message.key):
                self.lost[same] -= len(message.places)
        self.proposed: dict[Key, tuple[float, OldMessage]] = {}

    def _names_now(self) -> dict[str, str]:
        """Give the name that each old leaflet has now; a renamed one shares many messages."""
        names = {name: name for name in self.old_spots if name in self.new_spots}
        stand = defaultdict(set)
        for name in self.new_spots.keys() - self.old_spots.keys():
            for spot in self.new_spots[name]:
                stand[self.same.get(spot.message.key)].add(name)
        shared = Counter(
            (old_name, name)
            for old_name in sorted(self.old_spots.keys() - names.keys())
            for message in dict.fromkeys(spot.message for spot in self.old_spots[old_name])
            for name in sorted(stand.get(message, ()))
        )
        for (old_name, name), count in shared.most_common():
            many = count >= _SHARED_BY_RENAMED * len(self.old_spots[old_name])
            if many and old_name not in names and name not in names.values():
                names[old_name] = name
        return names

    # ── The same place ─────────────────────────────────────────────────────────────────────────

    def by_place(self) -> None:
        """Find what stands where an old message stood."""
        for old_name, name in self.names.items():
            self._align(self.old_spots[old_name], self.new_spots[name])
            self._take_single_places(self.old_spots[old_name], self.new_spots[name])
        in_use = [message for message in self.old if message.in_use]
        if any(not message.places for message in in_use):
            # An editor dropped where they stood; the order of the catalog is what is left.
            nowhere = Standing("", "", "")
            self._align(
                [_Spot(message, nowhere) for message in in_use],
                [_Spot(message, message.places[0][1]) for message in self.new],
            )
        for key, (_, old) in self.proposed.items():
            self.found[key] = Match(old, Fate.REVIEW)

    def _align(self, olds: _Old, news: _New) -> None:
        for old_part, new_part in gaps(self._anchors(olds, news), len(olds), len(news)):
            self._fill_gap([olds[i] for i in old_part], [news[j] for j in new_part])

    def _anchors(self, olds: _Old, news: _New) -> list[tuple[int, int]]:
        """Give the messages that stand once in a leaflet, then and now, in the same order."""
        before = Counter(spot.message for spot in olds)
        now = Counter(self.same.get(spot.message.key) for spot in news)
        stood = {spot.message: i for i, spot in enumerate(olds) if before[spot.message] == 1}
        pairs = [
            (stood[same], j)
            for j, spot in enumerate(news)
            if (same := self.same.get(spot.message.key)) in stood and now[same] == 1
        ]
        return rising(sorted(pairs))

    def _fill_gap(self, olds: _Old, news: _New) -> None:
        """Pair what stood and what stands between two anchors: by wording, then by place."""
        if not olds or not news or len(olds) * len(news) > _MOST_COMPARED:
            return

        def score(i: int, j: int) -> float:
            if self.same.get(news[j].message.key) is olds[i].message:
                return _SAME
            if not self._is_lost(olds[i]) or not self._is_open(news[j]):
                return 0.0
            alike = _alike(olds[i].message, news[j].message, _ALIKE)
            same_kind = olds[i].standing.kind == news[j].standing.kind
            return alike + _SAME_KIND if alike and same_kind else alike

        pairs = best_alignment(len(olds), len(news), score)
        for i, j in pairs:
            self._propose(olds[i], news[j])
        for old_part, new_part in gaps(pairs, len(olds), len(news)):
            self._pair_rest(
                [olds[i] for i in old_part if self._is_lost(olds[i])],
                [news[j] for j in new_part if self._is_open(news[j])],
            )

    def _pair_rest(self, olds: _Old, news: _New) -> None:
        """Pair what no wording connects: kind by kind, in order, where neither has one more."""
        unknown = any(not spot.standing.kind for spot in olds)
        for kind in dict.fromkeys("" if unknown else spot.standing.kind for spot in news):
            before = [spot for spot in olds if unknown or spot.standing.kind == kind]
            now = [spot for spot in news if unknown or spot.standing.kind == kind]
            pairs = [(i, i) for i in range(len(now))]
            if len(before) != len(now):
                pairs = self._least_unlike(before, now)
            for i, j in pairs:
                self._propose(before[i], now[j])

    def _least_unlike(self, olds: _Old, news: _New) -> list[tuple[int, int]]:
        def score(i: int, j: int) -> float:
            return _alike(olds[i].message, news[j].message, _ALIKE_BESIDE)

        return best_alignment(len(olds), len(news), score)

    def _take_single_places(self, olds: _Old, news: _New) -> None:
        """Pair what stands at a place of which there is one only, such as a label or a title."""
        before = Counter((spot.standing.section, spot.standing.kind) for spot in olds)
        now = Counter((spot.standing.section, spot.standing.kind) for spot in news)
        stood = {(spot.standing.section, spot.standing.kind): spot for spot in olds}
        used = {old for _, old in self.proposed.values()}
        for spot in news:
            place = spot.standing.section, spot.standing.kind
            if not before[place] == now[place] == 1 or spot.message.key in self.proposed:
                continue
            if self._is_lost(stood[place]) and stood[place].message not in used:
                self._propose(stood[place], spot)

    def _is_lost(self, spot: _Spot[OldMessage]) -> bool:
        return self.lost[spot.message] > 0

    def _is_open(self, spot: _Spot[NewMessage]) -> bool:
        return spot.message.key not in self.found

    def _propose(self, old: _Spot[OldMessage], new: _Spot[NewMessage]) -> None:
        """Note a pair; where a text has taken several places, the closest wording wins."""
        key = new.message.key
        if not old.message.translated or key in self.found:
            return
        alike = _alike(old.message, new.message)
        if key not in self.proposed or alike > self.proposed[key][0]:
            self.proposed[key] = alike, old.message

    # ── Close wording ──────────────────────────────────────────────────────────────────────────

    def by_wording(self) -> None:
        """Find what is worded much like an old message, the closest first."""
        wanted = [message for message in self.new if message.key not in self.found]
        pool = list(self._left_over())
        del pool[_MOST_COMPARED // max(1, len(wanted)) :]
        pairs: list[tuple[float, int, int, OldMessage]] = []
        for old in pool:
            places = self._places_now(old)
            for i, new in enumerate(wanted):
                alike = _alike(old, new, _least(old, places, {place for _, place in new.places}))
                if alike:
                    pairs.append((-alike, i, old.number, old))
        given: set[OldMessage] = set()
        for _, i, _, old in sorted(pairs, key=lambda pair: pair[:3]):
            if wanted[i].key not in self.found and old not in given:
                given.add(old)
                self.found[wanted[i].key] = Match(old, Fate.REVIEW)

    def _left_over(self) -> Iterator[OldMessage]:
        """Yield the translations that lost a place, or are not in use, and went nowhere yet."""
        keys = {message.key for message in self.new}
        given = {match.old for match in self.found.values()}
        by_place = {old for _, old in self.proposed.values()}
        for old in self.old:
            unused = old.key not in keys and old not in given
            if old.translated and old not in by_place and (unused or self.lost[old] > 0):
                yield old

    def _places_now(self, old: OldMessage) -> set[Standing]:
        """Give the places of an old message, with the names its leaflets have now."""
        return {
            replace(standing, leaflet=self.names.get(standing.leaflet, ""))
            for _, standing in old.places
        }


def _least(old: OldMessage, places: set[Standing], stands: set[Standing]) -> float:
    """Give how much alike two texts must be: less where they stand near each other."""
    if places & stands:
        return _ALIKE_IN_SECTION
    same_leaflet = {place.leaflet for place in places} & {place.leaflet for place in stands}
    nobody_knows = old.in_use and not places
    return _ALIKE if same_leaflet or nobody_knows else _ALIKE_ANYWHERE


def _alike(old: OldMessage, new: NewMessage, least: float = 0.0) -> float:
    """Give how much alike the words are, or those that the translation really translates."""
    texts = [old.key[1], old.former[1]] if old.former else [old.key[1]]
    return max(closeness(text, new.key[1], least) for text in texts)


def _by_leaflet(messages: Sequence[Message]) -> dict[str, list[_Spot[Message]]]:
    """Give what stands in each leaflet, in the order of its lines."""
    rows: defaultdict[str, list[tuple[int, _Spot[Message]]]] = defaultdict(list)
    for message in messages:
        for line, standing in message.places:
            rows[standing.leaflet].append((line, _Spot(message, standing)))
    for row in rows.values():
        if all(line for line, _ in row):
            row.sort(key=lambda place: place[0])
    return {name: [spot for _, spot in row] for name, row in rows.items()}

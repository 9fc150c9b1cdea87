"""Measure what `catalogs check` stops: `.venv/bin/python tests/harm [LOCALE …]`.

With `--passed` it also prints every harmful translation that nothing stops, to find a rule for it.
"""

import sys
from functools import partial
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:1] = [str(TESTS.parent), str(TESTS)]

from harm.measuring import errors_in, good_edits, measure, project_survey, refused  # noqa: E402
from harm.operators import LOCALES  # noqa: E402

say = partial(print, flush=True)


def main(arguments: list[str]) -> int:
    """Print what is stopped by language and operator; 1 where a good translation is refused."""
    locales = tuple(name for name in arguments if not name.startswith("-")) or LOCALES
    survey = project_survey()
    measured = measure(survey, locales)
    operators = list(dict.fromkeys(operator for _, operator, _ in measured.made))
    say(f"{'stopped / made':22}", *(f"{name:>12}" for name in (*locales, "all", "urgent")))
    for operator in (*operators, ""):
        cells = [measured.counts(locale=name, operator=operator) for name in locales]
        cells.append(measured.counts(operator=operator))
        cells.append(measured.counts(operator=operator, urgent=True))
        say(f"{operator or 'all':22}", *(f"{f'{a} / {b}':>12}" for a, b in cells))
    say(f"\n{measured.share():.1%} of all, {measured.share(urgent=True):.1%} in urgent boxes")
    faults = 0
    for locale in locales:
        edits = len(list(good_edits(survey, locale)))
        said = list(refused(survey, locale))
        faults += len(said)
        say(f"{locale}: {len(said)} of {edits} good edits refused")
        for wording, errors in said:
            say(f"  {wording.words}\n    " + "\n    ".join(errors))
        for wording in survey.wordings:
            if wording.locale == locale and (errors := errors_in(survey, wording)):
                faults += 1
                say(f"  as shipped: {wording.source}\n    {wording.words}")
                say("    " + "\n    ".join(errors))
    if "--passed" in arguments:
        for harmful in measured.passed:
            mark = "!" if harmful.wording.key in measured.urgent else " "
            wording = harmful.wording
            say(f"{mark}{wording.locale} {harmful.operator}: {wording.words}  ← {wording.source}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

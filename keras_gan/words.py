"""Names in text: how parts are called, and what is near to a name that nobody knows."""

import difflib


def nearest(word: str, known) -> str:
    """`; nearest: a, b` or `; known: a, b, c`, to end an error about an unknown name."""
    known = list(known)
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"; nearest: {', '.join(near)}" if near else f"; known: {', '.join(sorted(known))}"


def snake_case(name: str) -> str:
    """`LeastSquares` → `least_squares`, `R1` → `r1`, `WGANGP` → `wgangp`: how parts are named in text."""
    letters = []
    for previous, letter in zip(" " + name, name, strict=False):
        if letter.isupper() and previous.islower():
            letters.append("_")
        letters.append(letter.lower())
    return "".join(letters)

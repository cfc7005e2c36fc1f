"""Under which terms data may be used, as their makers state it: for the cards of what was trained on them."""

_LICENCES = {
    "digits": "CC BY 4.0 (E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998)",
    "mnist": "CC BY-SA 3.0 (Y. LeCun, C. Cortes, C. J. C. Burges: MNIST database of handwritten digits, 1998)",
    "fashion_mnist": "MIT (Zalando SE: H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, 2017)",
}


def of(name: str | None) -> str | None:
    """Licence and makers of the data of that name; `None` where we do not know them.

    Example:

    >>> of("fashion_mnist").partition(" ")[0]
    'MIT'
    """
    return _LICENCES.get(name)

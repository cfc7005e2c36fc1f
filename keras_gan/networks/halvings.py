"""How often the sides of an image are halved: as often as leaves 4 pixels, where nothing else is said."""

from keras_gan.networks import parts

_SMALLEST_SIDE = 4  # pixels, where DCGAN's convolutions end and begin


def depth_of(sides, num_layers=None, way_out=""):
    """Number of halvings.

    Args:
        sides: (height, width) in pixels.
        num_layers: int >= 1, what the caller asks for; `None`: as many as leave 4 pixels or more.
        way_out: str, what else the caller may do where even sides are too small. Defaults to nothing.

    Returns:
        int; `2^depth` divides both sides.

    Raises:
        ValueError: sides that are not divided, with the nearest ones that are.
    """
    if num_layers is not None:
        parts.check_at_least(1, num_layers, "num_layers")
        _check_divides(2**num_layers, sides, f"num_layers={num_layers} halves the sides {num_layers} times")
        return num_layers
    depth = 0
    while all(side % 2 ** (depth + 1) == 0 for side in sides) and min(sides) >> (depth + 1) >= _SMALLEST_SIDE:
        depth += 1
    if depth == 0:
        smallest = 2 * _SMALLEST_SIDE
        fitting = tuple(max(smallest, _nearest_multiple(2, side)) for side in sides)
        raise ValueError(
            f"image of {_pixels(sides)} pixels; expected even sides of at least {smallest}, as every layer halves "
            f"them. The nearest size that fits is {_pixels(fitting)}: resize or pad to it"
            f"{'' if any(side % 2 for side in sides) else way_out}."
        )
    return depth


def _check_divides(factor, sides, why):
    """Raises ValueError unless `factor` divides all `sides`; names the nearest sides that it divides."""
    if any(side % factor for side in sides):
        fitting = tuple(_nearest_multiple(factor, side) for side in sides)
        raise ValueError(
            f"image of {_pixels(sides)} pixels; expected sides that {factor} divides, because {why}. "
            f"The nearest size that fits is {_pixels(fitting)}: resize or pad to it."
        )


def _nearest_multiple(factor, side):
    """The positive multiple of `factor` nearest to `side`; of two, the larger."""
    return max(factor, (side + factor // 2) // factor * factor)


def _pixels(sides):
    return "x".join(map(str, sides))

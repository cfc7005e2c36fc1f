"""The averaged generator alone as a `.keras` file: no discriminator, no optimisers.

Plain Keras loads it where it is made of Keras' own layers; else the classes that it needs stand in the card, and
importing `keras_gan.layers` makes them known.
"""

SUFFIX = ".keras"
BOUNDS = {None: 1e-5}
PACKAGES = ("keras",)


def signatures(generator) -> list[str]:
    """What a loaded network is called for."""
    return ["serve"]


def write(generator, path):
    """Writes the file.

    Args:
        generator: `keras_gan.export.generator.Generator`.
        path: file to write.
    """
    generator.network.save(path)


def needed_classes(network) -> list[str]:
    """Classes that are not Keras' own, without which the file cannot be loaded."""
    classes = {type(layer) for layer in network._flatten_layers()}
    return sorted(f"{c.__module__}.{c.__qualname__}" for c in classes if c.__module__.partition(".")[0] != "keras")


def check_is_plain(network):
    """Raises where Keras alone cannot load it, so that no process without keras_gan can."""
    if foreign := needed_classes(network):
        raise ValueError(f"export: without keras_gan no process can load {', '.join(foreign)}; use verify='memory'.")

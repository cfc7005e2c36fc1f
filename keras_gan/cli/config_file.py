"""Settings as YAML: what `--config` reads and what a run's config.yaml holds."""

import pathlib

import yaml

from keras_gan.cli.errors import UsageError


def read(path) -> dict:
    """The settings in a YAML file, flat: `{"epochs": 5, "generator.filters": 32}`."""
    try:
        content = yaml.safe_load(pathlib.Path(path).read_text())
    except OSError as error:
        raise UsageError(f"--config {path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"--config {path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content or {}, dict):
        raise UsageError(f"--config {path} holds a {type(content).__name__}; expected lines `setting: value`.")
    return flat(content or {})


def text(settings: dict) -> str:
    """The YAML of flat settings; those with a dot in their name stand below their first part."""
    return yaml.safe_dump(nested(settings), sort_keys=False, allow_unicode=True, default_flow_style=False)


def nested(settings: dict) -> dict:
    """Flat settings as levels: `{"generator.filters": 32}` → `{"generator": {"filters": 32}}`."""
    content = {}
    for name, value in settings.items():
        group, _, rest = name.rpartition(".")
        target = content.setdefault(group, {}) if group else content
        target[rest] = list(value) if isinstance(value, tuple) else value
    return content


def flat(content: dict, prefix: str = "") -> dict:
    """Nested settings as one level, names joined by dots; dashes in names are underscores, `none` is nothing."""
    settings = {}
    for key, value in content.items():
        name = prefix + str(key).replace("-", "_")
        if isinstance(value, dict):
            settings |= flat(value, f"{name}.")
        else:
            settings[name] = None if value == "none" else value
    return settings

"""The table of variants: whatever stands there can be found, built and trained by name."""

import inspect

import pytest

from keras_gan import catalog

EVERY_ENTRY = pytest.mark.parametrize("entry", catalog.ENTRIES, ids=catalog.names())


def test_names_are_unique_and_plain():
    assert len(set(catalog.names())) == len(catalog.ENTRIES)
    assert all(name.replace("_", "").isalnum() and name == name.lower() for name in catalog.names())


def test_the_default_variant_is_in_the_table():
    assert catalog.VARIANT in catalog.names()


@pytest.mark.parametrize("written", ["wgangp", "WGANGP", "wgan-gp", "WGAN_GP"])
def test_case_and_dashes_do_not_matter(written):
    assert catalog.entry(written).model.endswith(":WGANGP")


def test_an_unknown_variant_raises_with_the_nearest_names():
    with pytest.raises(ValueError, match="unknown variant 'wgnagp'; nearest: wgangp"):
        catalog.entry("wgnagp")


@EVERY_ENTRY
def test_model_takes_the_networks_that_the_builders_make(entry):
    arguments = inspect.signature(catalog.resolve(entry.model).__init__).parameters
    assert set(entry.networks) <= set(arguments)
    assert all(callable(catalog.resolve(builder)) for builder in entry.networks.values())


@EVERY_ENTRY
def test_defaults_are_settings_that_exist(entry):
    from keras_gan.cli import parser

    known = parser.for_variant(entry, entry.family).defaults
    assert set(entry.defaults) <= set(known)


@EVERY_ENTRY
def test_paper_is_named(entry):
    assert entry.paper == f"{entry.authors}, {entry.year}"
    number, _, digits = entry.arxiv.partition(".")
    assert number.isdigit() and digits.isdigit() and 2014 <= entry.year <= 2030
    assert entry.summary and len(entry.summary) <= 60

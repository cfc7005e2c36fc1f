"""A small export of two versions, its application in this process, and its server in another."""

import pytest
import small_export
from starlette.testclient import TestClient

from keras_gan.serving import models
from keras_gan.serving.app import make_app
from keras_gan.serving.limits import Limits


@pytest.fixture(scope="session")
def export(tmp_path_factory):
    """Folder of versions 1 and 2; the second has half the weights."""
    folder = tmp_path_factory.mktemp("serving") / "small"
    small_export.write(folder / "1")
    small_export.write(folder / "2", scale=0.5)
    return folder


@pytest.fixture(scope="session")
def model(export):
    """The export, loaded."""
    return models.load(export, labels={"stable": 1})


@pytest.fixture(scope="session")
def client(model):
    """A client of the application; errors of the server are answers, as over a network."""
    with TestClient(make_app(model), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client_with(model):
    """Makes clients of applications with limits of their own."""
    opened = []

    def make(**limits):
        opened.append(TestClient(make_app(model, Limits(**limits)), raise_server_exceptions=False))
        return opened[-1].__enter__()

    yield make
    for client in opened:
        client.__exit__(None, None, None)

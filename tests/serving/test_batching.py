"""Requests that are joined get what they would have got alone."""

import asyncio
import time

import numpy as np
import pytest
import small_export

from keras_gan.serving import models
from keras_gan.serving.batching import Batcher
from keras_gan.serving.limits import Limits


def answers(signature, requests, **limits):
    """(answers or errors of requests that come together, sizes of the batches they became)."""
    sizes = []

    async def run():
        batcher = Batcher(Limits(**limits), sizes.append)
        worker = asyncio.create_task(batcher.work())
        asked = [batcher.run(signature, inputs) for inputs in requests]
        given = await asyncio.gather(*asked, return_exceptions=True)
        worker.cancel()
        return given

    return asyncio.run(run()), sizes


def latents(count, seed):
    return {"latents": np.random.default_rng(seed).standard_normal((count, 4)).astype("float32")}


def test_requests_are_joined_and_split_again(model):
    requests = [latents(count, seed) for seed, count in enumerate((16, 1, 30, 16, 16, 1))]
    given, sizes = answers(model.version("1").signature("serve"), requests)
    assert sizes == [64, 16]
    for request, answer in zip(requests, given, strict=True):
        np.testing.assert_allclose(answer["images"], small_export.images(request["latents"]), atol=1e-6)


def test_a_large_request_is_cut(model):
    given, sizes = answers(model.version("1").signature("serve"), [latents(150, 0)], max_batch=64)
    assert sizes == [64, 64, 22]
    np.testing.assert_allclose(given[0]["images"], small_export.images(latents(150, 0)["latents"]), atol=1e-6)


def test_samples_are_not_joined(model):
    requests = [{"num_images": np.int32(4), "seed": np.int64(seed)} for seed in (0, 0, 1)]
    given, sizes = answers(model.version().signature("sample"), requests)
    assert sizes == [4, 4, 4]
    assert np.array_equal(given[0]["images"], given[1]["images"])
    assert not np.array_equal(given[0]["images"], given[2]["images"])


def test_nobody_pays_for_what_another_client_sent(tmp_path):
    small_export.write(tmp_path / "1", conditional=True)
    signature = models.load(tmp_path).version().signature("serve")
    requests = [latents(2, seed) | {"labels": np.array([1, label], "int32")} for seed, label in enumerate((1, 99, 1))]
    given, sizes = answers(signature, requests)
    assert sizes == [6]
    for i in (0, 2):  # label 1 adds nothing
        np.testing.assert_allclose(given[i]["images"], small_export.images(requests[i]["latents"]), atol=1e-6)
    assert "indices" in str(given[1])


def test_who_has_gone_is_not_computed_for(model):
    signature, sizes = model.version("1").signature("serve"), []

    async def run():
        batcher = Batcher(Limits(), sizes.append)
        gone = [asyncio.create_task(batcher.run(signature, latents(8, seed))) for seed in range(3)]
        await asyncio.sleep(0)
        for task in gone[:2]:
            task.cancel()
        worker = asyncio.create_task(batcher.work())
        answer = await gone[2]
        worker.cancel()
        return answer, batcher.num_waiting

    answer, left = asyncio.run(run())
    np.testing.assert_allclose(answer["images"], small_export.images(latents(8, 2)["latents"]), atol=1e-6)
    assert (sizes, left) == ([8], 0)


@pytest.mark.parametrize("max_wait", [0.0, 0.2])
def test_a_request_waits_for_company_no_longer_than_it_should(model, max_wait):
    signature, sizes = model.version("1").signature("serve"), []

    async def run():
        batcher = Batcher(Limits(max_wait=max_wait), sizes.append)
        worker = asyncio.create_task(batcher.work())
        first = asyncio.create_task(batcher.run(signature, latents(1, 0)))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, batcher.run(signature, latents(1, 1)))
        worker.cancel()

    asyncio.run(run())
    assert sizes == ([2] if max_wait else [1, 1])


def test_a_full_batch_does_not_wait(model):
    began = time.monotonic()
    _, sizes = answers(model.version("1").signature("serve"), [latents(60, 0)], max_wait=1.0)
    assert (sizes, time.monotonic() - began >= 0.9) == ([60], True)

    async def run():
        batcher = Batcher(Limits(max_wait=30.0))
        worker = asyncio.create_task(batcher.work())
        asked = []
        for seed in range(4):
            asked.append(asyncio.create_task(batcher.run(model.version("1").signature("serve"), latents(16, seed))))
            await asyncio.sleep(0.02)
        await asyncio.gather(*asked)
        worker.cancel()

    began = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - began < 10


def test_one_batch_that_fails_does_not_end_the_work(model):
    def failing(num_images):
        raise RuntimeError("full disk")

    class Broken:
        """A signature whose answer cannot be split."""

        is_batchable = True

        def __call__(self, inputs):
            return {"images": 3}

    async def run():
        batcher = Batcher(Limits(), failing)
        worker = asyncio.create_task(batcher.work())
        signature = model.version("1").signature("serve")
        given = [await batcher.run(signature, latents(2, seed)) for seed in range(2)]
        broken = Broken()
        asked = [batcher.run(broken, latents(2, seed)) for seed in range(2)]
        errors = await asyncio.gather(*asked, return_exceptions=True)
        given.append(await batcher.run(signature, latents(2, 2)))
        worker.cancel()
        return given, errors

    given, errors = asyncio.run(run())
    assert all(isinstance(error, Exception) for error in errors)
    for seed in range(3):
        np.testing.assert_allclose(given[seed]["images"], small_export.images(latents(2, seed)["latents"]), atol=1e-6)

"""Requests of several clients joined into one batch: a generator makes 64 images in little more time than 16."""

import asyncio
import collections
import concurrent.futures
import contextlib
import dataclasses
import logging
import time

import numpy as np

from keras_gan.serving.limits import Limits, Refused
from keras_gan.serving.models import Signature


@dataclasses.dataclass
class _Part:
    """What one request wants of one batch."""

    signature: Signature
    inputs: dict[str, np.ndarray]
    num_images: int
    answer: asyncio.Future
    since: float


class Batcher:
    """Runs signatures in one thread, with the waiting requests for one signature joined.

    The first request of a batch waits `max_wait` seconds for company, no longer; less where the batch is full before,
    and not at all while the thread was busy. What cannot be joined, such as `sample` with its seed, runs alone. A batch
    that fails is run again request by request: nobody gets an error for what another client sent.

    Args:
        limits: `Limits`.
        on_batch: called with the number of images of every batch.
    """

    def __init__(self, limits: Limits, on_batch=lambda num_images: None):
        self._limits, self._on_batch = limits, on_batch
        self._parts, self._came = collections.deque(), asyncio.Event()
        self.num_waiting = 0  # images
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "generator")

    async def run(self, signature: Signature, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What a signature answers.

        Raises:
            Refused: 503 where too much waits already.
        """
        parts = list(self._cut(signature, inputs))
        if self.num_waiting + sum(part.num_images for part in parts) > self._limits.max_waiting:
            raise Refused(503, "too many requests are waiting; try again.", {"Retry-After": "1"})
        self._parts.extend(parts)
        self.num_waiting += sum(part.num_images for part in parts)
        self._came.set()
        answers = await asyncio.gather(*(part.answer for part in parts))
        if len(answers) == 1:
            return answers[0]
        return {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}

    def _cut(self, signature, inputs):
        """The request in parts of `max_batch` images."""
        loop, now = asyncio.get_running_loop(), time.monotonic()
        if not signature.is_batchable:
            yield _Part(signature, inputs, int(inputs.get("num_images", 1)), loop.create_future(), now)
            return
        size = self._limits.max_batch
        for first in range(0, len(next(iter(inputs.values()))), size):
            cut = {name: value[first : first + size] for name, value in inputs.items()}
            yield _Part(signature, cut, len(next(iter(cut.values()))), loop.create_future(), now)

    async def work(self):
        """Makes batches until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wait_for_company()
            if not (parts := self._take()):
                continue
            try:
                inputs = [part.inputs for part in parts]
                answers = await loop.run_in_executor(self._thread, _answers, parts[0].signature, inputs)
                for part, answer in zip(parts, answers, strict=True):
                    _give(part.answer, answer)
                self._on_batch(sum(part.num_images for part in parts))
            except Exception as error:  # noqa: BLE001 the next batch has nothing to do with it
                logging.getLogger("uvicorn.error").error("a batch failed: %r", error)
                for part in parts:
                    _give(part.answer, error)

    async def _wait_for_company(self):
        while not self._parts:
            self._came.clear()
            await self._came.wait()
        first = self._parts[0]
        while first.signature.is_batchable and self.num_waiting < self._limits.max_batch:
            left = first.since + self._limits.max_wait - time.monotonic()
            if left <= 0:
                return
            self._came.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._came.wait()

    def _take(self):
        """The parts of the next batch, the longest waiting one first; those that nobody waits for any more go."""
        taken, others, num_images = [], [], 0
        while self._parts and num_images < self._limits.max_batch:
            part = self._parts.popleft()
            if part.answer.done():
                self.num_waiting -= part.num_images
            elif not taken or self._fits(part, taken[0], num_images):
                taken.append(part)
                num_images += part.num_images
            else:
                others.append(part)
        self._parts.extendleft(reversed(others))
        self.num_waiting -= num_images
        return taken

    def _fits(self, part, first, num_images):
        is_same = part.signature is first.signature and part.signature.is_batchable
        return is_same and num_images + part.num_images <= self._limits.max_batch


def _answers(signature, inputs):
    """One answer, or error, for each of the inputs."""
    try:
        joined = inputs[0]
        if len(inputs) > 1:
            joined = {name: np.concatenate([each[name] for each in inputs]) for name in joined}
        outputs = signature(joined)
    except Exception as error:  # noqa: BLE001 it is raised where the request waits
        return [error] if len(inputs) == 1 else [answer for each in inputs for answer in _answers(signature, [each])]
    return [outputs] if len(inputs) == 1 else _split(outputs, inputs)


def _split(outputs, inputs):
    ends = np.cumsum([len(next(iter(each.values()))) for each in inputs])[:-1]
    parts = {name: np.split(value, ends) for name, value in outputs.items()}
    return [{name: parts[name][i] for name in parts} for i in range(len(inputs))]


def _give(future, answer):
    if future.done():  # its client has gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)

"""The routes: TensorFlow Serving's REST API, and beside it a page, health, metrics and a list of models."""

import asyncio
import contextlib
import dataclasses
import importlib.resources
import logging
import time

import orjson
import tensorflow as tf
from starlette.applications import Starlette
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from keras_gan.serving import rest
from keras_gan.serving.batching import Batcher
from keras_gan.serving.counters import Counters
from keras_gan.serving.limits import BodyReader, Limits, Refused, short
from keras_gan.serving.models import Model


class _Part(StringConvertor):
    """A name in an address, as TensorFlow Serving reads it: a colon ends it."""

    regex = "[^/:]+"


register_url_convertor("part", _Part())
_WHICH = ("", "/versions/{version:part}", "/labels/{label:part}")


LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def make_app(model: Model, limits: Limits | None = None, allowed_hosts=None) -> Starlette:
    """The web application that serves a model.

    Args:
        model: `Model`.
        limits: `Limits`, or `None` for the default ones.
        allowed_hosts: names, such as `LOCAL_HOSTS`, by which clients may call the server; pages of other origins may
            post nothing then. `None`: any. Defaults to `None`.
    """
    limits = limits or Limits()
    if limits.max_body is None:
        max_body = rest.largest_body(model.versions.values(), limits.max_images)
        limits = dataclasses.replace(limits, max_body=max_body)
    service = Service(model, limits)
    routes = [Route(f"/v1/models/{{name:part}}{which}:predict", service.predict, methods=["POST"]) for which in _WHICH]
    routes += [
        Route(f"/v1/models/{{name:part}}{which}:{method}", service.classify_or_regress, methods=["POST"])
        for method in ("classify", "regress")
        for which in _WHICH
    ]
    routes += [Route(f"/v1/models/{{name:part}}{which}/metadata", service.metadata) for which in _WHICH]
    routes += [Route(f"/v1/models/{{name:part}}{which}", service.status) for which in _WHICH]
    routes += [
        Route("/v1/models", service.models),
        Route("/healthz", service.health),
        Route("/metrics", service.metrics),
        Route("/", service.page),
    ]
    handlers = {Refused: _refuse, HTTPException: _no_route, Exception: _fail}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=service.lifespan)
    app.router.redirect_slashes = False
    if allowed_hosts is not None:
        app.add_middleware(_Guarded, hosts=allowed_hosts)
    app.add_middleware(_Timed, counters=service.counters)
    return app


class Service:
    """What stands behind the routes.

    Args:
        model: `Model`.
        limits: `Limits`.
    """

    def __init__(self, model: Model, limits: Limits):
        self.model, self.limits = model, limits
        self.counters = Counters(lambda: self.batcher.num_waiting)
        self.batcher = Batcher(limits, self.counters.batch)
        self.bodies = BodyReader(limits)
        self.worker = None

    @contextlib.asynccontextmanager
    async def lifespan(self, app):
        """Keeps the batcher working while the application runs."""
        self.worker = asyncio.create_task(self.batcher.work())
        yield
        self.worker.cancel()

    async def predict(self, request):
        """POST ...:predict"""
        version = self._version(request)
        body = await self.bodies.read(request)
        prediction = rest.read(body, version, self.limits.max_images)
        rest.check_size(prediction, self.limits.max_images)
        return _json(rest.write(await self._run(request, prediction), prediction.by_row))

    async def _run(self, request, prediction):
        self._check_alive()
        try:
            async with asyncio.timeout(self.limits.answer_seconds):
                return await _unless_gone(request, self.batcher.run(prediction.signature, prediction.inputs))
        except TimeoutError:
            sentence = f"no answer within {self.limits.answer_seconds:g} seconds: too much to do; try again."
            raise Refused(503, sentence, {"Retry-After": "5"}) from None
        except tf.errors.InvalidArgumentError as error:  # such as a label that the generator does not know
            said = short(str(error.message).partition("\n")[0], 400)
            raise Refused(400, f"the model refuses these inputs: {said}") from None

    def _check_alive(self):
        if self.worker is None or self.worker.done():
            raise Refused(503, "nothing makes images here any more; the server has to be started again.")

    async def classify_or_regress(self, request):
        """POST ...:classify and ...:regress"""
        self._version(request)
        await self.bodies.read(request)
        raise Refused(400, f"Expected a classification or regression signature; {self.model.name} has :predict only.")

    async def metadata(self, request):
        """GET .../metadata"""
        version = self._version(request)
        spec = {"name": self.model.name, "signature_name": "", "version": str(version.number)}
        signatures = {"signature_def": version.signature_defs}
        return _json(orjson.dumps({"model_spec": spec, "metadata": {"signature_def": signatures}}))

    async def status(self, request):
        """GET /v1/models/NAME, of all versions or of one"""
        version = self._version(request)
        one = request.path_params.keys() & {"version", "label"}
        states = [_available(number) for number in ([version.number] if one else self.model.versions)]
        return _json(orjson.dumps({"model_version_status": states}, option=orjson.OPT_INDENT_2))

    def _version(self, request):
        asked = request.path_params
        self.model.check_name(asked["name"])
        return self.model.version(asked.get("version"), asked.get("label"))

    async def models(self, request):
        """GET /v1/models"""
        return _json(orjson.dumps({"models": [self.model.describe()]}))

    async def health(self, request):
        """GET /healthz"""
        self._check_alive()
        return _json(b'{"status": "ok"}')

    async def metrics(self, request):
        """GET /metrics"""
        return Response(self.counters.page(), media_type="text/plain; version=0.0.4")

    async def page(self, request):
        """GET /"""
        return HTMLResponse(importlib.resources.files("keras_gan.serving").joinpath("page.html").read_text("utf-8"))


async def _unless_gone(request, answer):
    """Awaits an answer; gives it up, so that nothing is computed for nobody, when the client closes its connection."""

    async def gone():
        while (await request.receive())["type"] != "http.disconnect":
            pass

    answer, watch = asyncio.ensure_future(answer), asyncio.ensure_future(gone())
    try:
        await asyncio.wait((answer, watch), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise Refused(400, "the client has gone.")
        return answer.result()
    finally:
        answer.cancel()
        watch.cancel()


def _available(number):
    return {"version": str(number), "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}


def _json(content, status=200, headers=None):
    return Response(content, status, headers, "application/json")


# --- errors: {"error": one sentence} ------------------------------------------------------------------------------


async def _refuse(request, error):
    return _json(orjson.dumps({"error": _text(error.sentence)}), error.status, error.headers)


async def _no_route(request, error):
    sentence = f"Malformed request: {short(request.method)} {short(request.url.path)}"
    return _json(orjson.dumps({"error": _text(sentence)}), error.status_code, error.headers)


async def _fail(request, error):
    logging.getLogger("uvicorn.error").error("%s %s failed", request.method, short(request.url.path))
    return _json(orjson.dumps({"error": f"the server failed: {type(error).__name__}."}), 500)


def _text(sentence):
    """Without halves of characters, which a hostile path can hold and JSON cannot."""
    return sentence.encode(errors="replace").decode()


class _Guarded:
    """Middleware that keeps pages of the web from a server that is for this machine only.

    A browser here may be made to send it requests: from a page elsewhere (`Origin`), or under a name that leads here
    (`Host`).
    """

    def __init__(self, app, hosts):
        self._app, self._hosts = app, {each.lower() for each in hosts}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and (sentence := self._refusal(scope["method"], dict(scope["headers"]))):
            await _json(orjson.dumps({"error": sentence}), 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, method, headers):
        """A sentence, or `None` where nothing speaks against a request."""
        host = headers.get(b"host", b"").decode("latin-1").lower()
        name, colon, port = host.rpartition(":")
        if (name if colon and port.isdecimal() else host) not in self._hosts:
            return f"this server answers to {', '.join(sorted(self._hosts))} only, not to '{short(host)}'."
        origin = headers.get(b"origin")
        if method == "POST" and origin is not None:
            origin = origin.decode("latin-1").lower()
            if origin.partition("://")[2] != host:
                return (
                    f"pages of '{short(origin)}' may not ask this server; ask it from its own page or from a program."
                )
        return None


class _Timed:
    """Middleware that counts answers and their time."""

    def __init__(self, app, counters):
        self._app, self._counters = app, counters

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def watching(message):
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, watching)
        finally:
            what = scope["endpoint"].__name__ if "endpoint" in scope else "unknown"
            self._counters.request(what, status, time.perf_counter() - began)

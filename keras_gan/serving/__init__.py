"""Generators over HTTP: a server for one machine that speaks TensorFlow Serving's REST API.

`keras-gan serve EXPORT` starts it. `app.py` holds the routes, `rest.py` the JSON, `batching.py` joins the requests of
several clients, `models.py` loads exports, `limits.py` says what is too much.
"""

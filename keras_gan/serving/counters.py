"""What a server counts of itself, for Prometheus."""

import prometheus_client as prometheus

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_IMAGES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Counters:
    """Counts requests, their time and the size of batches.

    Args:
        num_waiting: function that tells how many images wait.
    """

    def __init__(self, num_waiting):
        self._registry = prometheus.CollectorRegistry()
        here = {"namespace": "keras_gan", "registry": self._registry}
        self._requests = prometheus.Counter("requests", "answers", ["what", "status"], **here)
        self._seconds = prometheus.Histogram("seconds", "time to an answer", ["what"], buckets=_SECONDS, **here)
        self._batches = prometheus.Histogram("batch_images", "images made together", buckets=_IMAGES, **here)
        prometheus.Gauge("waiting_images", "images that wait", **here).set_function(num_waiting)
        self.batch = self._batches.observe

    def request(self, what: str, status: int, seconds: float):
        """One request has been answered."""
        self._requests.labels(what, str(status)).inc()
        self._seconds.labels(what).observe(seconds)

    def page(self) -> bytes:
        """All of it in Prometheus' text format."""
        return prometheus.generate_latest(self._registry)

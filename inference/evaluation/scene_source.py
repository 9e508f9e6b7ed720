"""A generated scene as a camera: rendered when the sampler wants a picture, without a codec."""

from __future__ import annotations

from collections.abc import Callable, Generator

from scenes.scene import Frame, Scene
from streams.picture import Opened, Packet, Picture
from streams.source import Attempt, Wanted

RATE = 25.0
"""Pictures a second that the camera is said to take; few of them are ever drawn."""


class SceneSource:
    """Plays a scene once, as fast as it is consumed. The attempt is ignored; no packets come.

    `drawn` is called with each frame and its time before the picture is handed on.
    """

    def __init__(
        self,
        scene: Scene,
        rate: float = RATE,
        drawn: Callable[[Frame, float], None] = lambda _frame, _at: None,
    ) -> None:
        if rate <= 0:
            raise ValueError("a camera takes more than 0 pictures a second")
        self._scene = scene
        self._rate = rate
        self._drawn = drawn

    def run(self, attempt: Attempt, wanted: Wanted) -> Generator[Opened | Packet | Picture]:
        """Yield the wanted pictures of the whole scene, then return."""
        width, height = self._scene.size
        yield Opened("generated", width, height, self._rate, b"", 0)
        for index in range(int(self._scene.duration_s * self._rate) + 1):
            at = index / self._rate
            if wanted.show(False, at):
                frame = self._scene.render(at)
                self._drawn(frame, at)
                yield Picture(frame.pixels, at, False)

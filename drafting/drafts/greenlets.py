"""How many greenlets run in this process: connections and what serves them. More and more of them would be a leak."""

import gevent


class Running:
    """Counts from the moment it is made. To be made and asked where greenlets run."""

    def __init__(self) -> None:
        self.count = 0
        gevent.Greenlet.add_spawn_callback(self._begun)

    def _begun(self, greenlet: gevent.Greenlet) -> None:
        self.count += 1
        greenlet.rawlink(self._ended)

    def _ended(self, _greenlet: gevent.Greenlet) -> None:
        self.count -= 1

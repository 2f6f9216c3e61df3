"""For servers that take a WSGI app: `app` has every page and the API. Live rooms need `drafting run`."""

from drafting.app import create_app

app = create_app()

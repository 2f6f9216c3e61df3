"""Headers of every answer: what the page may load, and how long it may be kept."""

import secrets

from flask import Flask, Response, g, request

FOR_EVER_S = 365 * 24 * 3600
LEFT_NOWHERE = (
    "letters.show", "letters.look_at_stop", "letters.change", "live.show", "striking.look", "striking.strike",
)  # fmt: skip
"""Views whose words no browser puts on its disk by itself: they may be struck later, or open what is somebody's own.
Forms are not among them: what was typed into one is there again after *Back* only if the browser kept it.
"""


def nonce() -> str:
    """The style nonce of this answer; asking for it puts it into the policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value = g.nonce
    assert isinstance(value, str)
    return value


def policy(style: str, forms: str = "'self'") -> str:
    """What a page may load: our own files, and nothing else; and where its forms may lead."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {style}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            f"form-action {forms}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def register(app: Flask, *, https: bool) -> None:
    app.jinja_env.globals["nonce"] = nonce

    @app.after_request
    def add_headers(response: Response) -> Response:
        style = f"'self' 'nonce-{g.nonce}'" if "nonce" in g else "'self'"
        response.headers.setdefault("Content-Security-Policy", policy(style, g.get("forms", "'self'")))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={FOR_EVER_S}")
        if request.endpoint in LEFT_NOWHERE or g.get("withheld"):
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response


def keep_for_ever(response: Response, etag: str, *, personal: bool) -> Response:
    """Mark an answer that never changes. One that shows who is signed in is kept by that browser only, and asked about
    again.
    """
    response.set_etag(etag)
    if personal:
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        response.headers["Cache-Control"] = f"public, max-age={FOR_EVER_S}, immutable"
        response.headers["Vary"] = "Cookie"
    response.make_conditional(request)
    return response

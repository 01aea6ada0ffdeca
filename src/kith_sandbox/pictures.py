"""Profile pictures: a small drawing per id, made of two colours and a circle."""

from __future__ import annotations

from hashlib import blake2b

from werkzeug.wrappers import Request, Response

from kith_sandbox.sandbox import Sandbox


def picture(_: Sandbox, __: Request, picture_of: str) -> Response:
    """`GET /pictures/{id}.svg`: the same id always looks the same."""
    chance = blake2b(picture_of.encode(), digest_size=4).digest()
    hue, other = chance[0] * 360 // 256, chance[1] * 360 // 256
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" fill="hsl({hue} 35% 72%)"/>'
        f'<circle cx="32" cy="{24 + chance[2] % 6}" r="12" fill="hsl({other} 40% 38%)"/>'
        f'<ellipse cx="32" cy="62" rx="22" ry="{18 + chance[3] % 6}" fill="hsl({other} 40% 38%)"/>'
        "</svg>"
    )
    answer = Response(drawing, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer

"""Each test looks at each overlay, rendered once."""

import pytest
from rendered import OVERLAYS, render


@pytest.fixture(scope="session")
def rendering(tmp_path_factory):
    place = tmp_path_factory.mktemp("manifests")
    return {overlay: render(overlay, place) for overlay in OVERLAYS}


@pytest.fixture(params=OVERLAYS)
def objects(request, rendering):
    return rendering[request.param]

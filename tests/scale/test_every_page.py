"""Every page on every server that can be started here."""

from collections.abc import Iterator

import pytest
import streamlit as st

from data_access.connecting.place import VARIABLE
from data_access.home import Home
from tests.data_access.seed import SERVERS
from tests.loading import load
from tests.pages.visiting import FILES, broken, opened


@pytest.fixture(scope="module", params=list(SERVERS))
def connected(
    request: pytest.FixtureRequest, ready_demo: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo on a server, in use."""
    source = ready_demo.current_warehouse()
    assert source is not None
    url, home = SERVERS[request.param](), tmp_path_factory.mktemp("home")
    load(source, url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, url)
        patch.setenv("TWINWING_HOME", str(home))
        st.cache_resource.clear()
        yield
        st.cache_resource.clear()


@pytest.mark.parametrize("url", FILES)
def test_page_opens(url: str, connected: None) -> None:
    app = opened(url)
    assert broken(app) == []
    assert not app.error

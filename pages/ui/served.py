"""The server: Streamlit's, with routes for monitoring, headers of our own and an orderly end.

Until `st.navigation` has run once in a process, Streamlit takes the scripts of the folder pages/ beside dashboard.py
for the pages of the app, and answers a link to any other page with "Page not found" before it shows it. And Python is
told to look for garbage less often than after every 700 new objects, which the first pages would be kept waiting by.
"""

import gc
import logging
import sys
from pathlib import Path
from typing import Any

import click
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import configurator_options

from data_access.sign_in import sign_in_settings
from pages.ui.operating.forgetting import forget
from pages.ui.operating.gathering import gather
from pages.ui.operating.headers import Guarded
from pages.ui.operating.routes import routes
from pages.ui.operating.stopping import stopping
from pages.ui.operating.unlocked import unlock

#: Said at every start: Streamlit reads its settings when it is imported and again with the options given to it.
NO_NEWS = "An update to the [server] config option section was detected."


@click.command()
@configurator_options
@click.argument("script")
def main(script: str, **given: Any) -> None:
    """Serve a script until stopped; the options are Streamlit's own."""
    sys.argv = [script]  # Streamlit looks for its settings beside it
    if not Path(script).is_file():
        raise SystemExit(f"{script} does not exist.")
    settings = sign_in_settings()
    is_behind_tls = settings is not None and settings.origin.startswith("https:")
    app = st.App(
        Path(script).resolve(),
        routes=routes(),
        middleware=[Middleware(Guarded, is_behind_tls=is_behind_tls)],
        lifespan=stopping,
    )
    app.run(config={name.replace("_", "."): value for name, value in given.items() if value not in (None, ())})


if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 20)
    logging.getLogger("streamlit.config").addFilter(lambda record: not str(record.msg).startswith(NO_NEWS))
    PagesManager.uses_pages_directory = False
    unlock()
    forget()
    gather()
    main(prog_name="python -m pages.ui.served")

"""Streamlit's own command, told beforehand that the folder pages/ beside dashboard.py is a package and not its pages.

Until `st.navigation` has run once in a process, Streamlit takes the scripts of a folder of that name for the pages of
the app, and answers a link to any other page with "Page not found" before it shows it. And Python is told to look for
garbage less often than after every 700 new objects, which the first pages would be kept waiting by.
"""

import gc

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 20)
    PagesManager.uses_pages_directory = False
    main(prog_name="streamlit")

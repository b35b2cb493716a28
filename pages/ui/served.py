"""Streamlit's own command, told beforehand that the folder pages/ beside dashboard.py is a package and not its pages.

Until `st.navigation` has run once in a process, Streamlit takes the scripts of a folder of that name for the pages of
the app, and answers a link to any other page with "Page not found" before it shows it.
"""

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

if __name__ == "__main__":
    PagesManager.uses_pages_directory = False
    main(prog_name="streamlit")

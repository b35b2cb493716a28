"""The dashboard's server without Streamlit's note, at every start, that options given to it are an update to be redone.

Streamlit reads its settings when it is imported and again with these options, and takes the second time for a change.
"""

import logging
import runpy

NO_NEWS = "An update to the [server] config option section was detected."

if __name__ == "__main__":
    logging.getLogger("streamlit.config").addFilter(lambda record: not str(record.msg).startswith(NO_NEWS))
    runpy.run_module("pages.ui.served", run_name="__main__", alter_sys=True)
